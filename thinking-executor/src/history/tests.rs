//! Golden bytes: a change of any of them is a change of the store's format.

use expect_test::{Expect, expect};
use serde::de::DeserializeOwned;

use super::*;
use crate::codec;
use crate::path::Identity;

/// Compares the sealed bytes with hexadecimal text, 32 bytes a line, and reads them back.
fn check<T>(record: &T, expected: Expect)
where
    T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let sealed = codec::seal(record).unwrap();
    let hex: String = sealed.iter().map(|byte| format!("{byte:02x}")).collect();
    let lines: Vec<_> =
        hex.as_bytes().chunks(64).map(|line| str::from_utf8(line).unwrap()).collect();
    expected.assert_eq(&lines.join("\n"));
    assert_eq!(codec::open::<T>(&sealed).unwrap(), *record);
}

fn path() -> TaskPath {
    TaskPath::root(&Identity::new("run", None)).child(&Identity::new("fit", Some("3")))
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn fingerprint() -> Fingerprint {
    let settings = [("training.rate".to_owned(), "0.5".to_owned())];
    Fingerprint {
        code: "c0de".to_owned(),
        version: 2,
        arguments: ArgumentsPrint { hash: "a5".to_owned(), text: "n = 3".to_owned() },
        components: vec!["app::Sgd".to_owned()],
        settings: settings.into(),
        helpers: BTreeMap::new(),
    }
}

fn step(failures: Vec<u64>) -> StepRecord {
    let artifact = Artifact { name: "a.csv".to_owned(), hash: "ab".to_owned(), size: 300 };
    StepRecord {
        path: path(),
        fingerprint: fingerprint(),
        session: 1,
        started: at(1),
        took: Duration::from_millis(1500),
        artifacts: vec![artifact],
        failures,
    }
}

#[test]
fn branch() {
    let branch =
        |parent| Branch { run: "run".to_owned(), name: "main".to_owned(), parent, created: at(0) };
    check(
        &branch(None),
        expect![[r#"
        4774885a8230b40584a372756ea372756ea46e616d65a46d61696ea670617265
        6e74c0a763726561746564b4313937302d30312d30315430303a30303a30305a"#]],
    );
    check(
        &branch(Some((1, 70_000))),
        expect![[r#"
        14db2c05d33a151084a372756ea372756ea46e616d65a46d61696ea670617265
        6e749201ce00011170a763726561746564b4313937302d30312d30315430303a
        30303a30305a"#]],
    );
}

#[test]
fn step_record() {
    check(
        &step(Vec::new()),
        expect![[r#"
        01ba51160c12087086a470617468aa72756e2f6669745b335dab66696e676572
        7072696e7485a4636f6465a463306465a776657273696f6e02a9617267756d65
        6e747382a468617368a26135a474657874a56e203d2033aa636f6d706f6e656e
        747391a86170703a3a536764a873657474696e677381ad747261696e696e672e
        72617465a3302e35a773657373696f6e01a773746172746564b4313937302d30
        312d30315430303a30303a30315aa4746f6f6bce59682f00a961727469666163
        74739183a46e616d65a5612e637376a468617368a26162a473697a65cd012c"#]],
    );
    check(
        &step(vec![7]),
        expect![[r#"
        2a444d77e25aac1687a470617468aa72756e2f6669745b335dab66696e676572
        7072696e7485a4636f6465a463306465a776657273696f6e02a9617267756d65
        6e747382a468617368a26135a474657874a56e203d2033aa636f6d706f6e656e
        747391a86170703a3a536764a873657474696e677381ad747261696e696e672e
        72617465a3302e35a773657373696f6e01a773746172746564b4313937302d30
        312d30315430303a30303a30315aa4746f6f6bce59682f00a961727469666163
        74739183a46e616d65a5612e637376a468617368a26162a473697a65cd012ca8
        6661696c757265739107"#]],
    );
}

#[test]
fn step_record_with_a_helper() {
    let mut record = step(Vec::new());
    record.fingerprint.helpers.insert("app::scale".to_owned(), "5ca1e".to_owned());
    check(
        &record,
        expect![[r#"
        ebaad82dd236a24586a470617468aa72756e2f6669745b335dab66696e676572
        7072696e7486a4636f6465a463306465a776657273696f6e02a9617267756d65
        6e747382a468617368a26135a474657874a56e203d2033aa636f6d706f6e656e
        747391a86170703a3a536764a873657474696e677381ad747261696e696e672e
        72617465a3302e35a768656c7065727381aa6170703a3a7363616c65a5356361
        3165a773657373696f6e01a773746172746564b4313937302d30312d30315430
        303a30303a30315aa4746f6f6bce59682f00a96172746966616374739183a46e
        616d65a5612e637376a468617368a26162a473697a65cd012c"#]],
    );
}

#[test]
fn failure_record() {
    let failure = FailureRecord {
        run: "run".to_owned(),
        branch: 1,
        position: 2,
        path: path(),
        fingerprint: fingerprint(),
        session: 3,
        started: at(4),
        took: Duration::from_nanos(5),
        causes: vec!["outer".to_owned(), "inner".to_owned()],
    };
    check(
        &failure,
        expect![[r#"
        14937f81441717be89a372756ea372756ea66272616e636801a8706f73697469
        6f6e02a470617468aa72756e2f6669745b335dab66696e6765727072696e7485
        a4636f6465a463306465a776657273696f6e02a9617267756d656e747382a468
        617368a26135a474657874a56e203d2033aa636f6d706f6e656e747391a86170
        703a3a536764a873657474696e677381ad747261696e696e672e72617465a330
        2e35a773657373696f6e03a773746172746564b4313937302d30312d30315430
        303a30303a30345aa4746f6f6b05a663617573657392a56f75746572a5696e6e
        6572"#]],
    );
    let error = failure.error();
    assert_eq!(error.to_string(), "outer");
    assert_eq!(error.source().unwrap().to_string(), "inner");
    assert!(error.source().unwrap().source().is_none());
}

#[test]
fn session_record() {
    let session = |ended: Option<Timestamp>| SessionRecord {
        run: "run".to_owned(),
        pid: 70_000,
        host: "host".to_owned(),
        program: "program".to_owned(),
        version: "1.2.3".to_owned(),
        arguments: vec!["run".to_owned()],
        profiles: vec!["debug".to_owned()],
        started: at(0),
        ended,
        outcome: ended.map(|_| "done".to_owned()),
    };
    check(
        &session(None),
        expect![[r#"
        edf7eae7a77261ea8aa372756ea372756ea3706964ce00011170a4686f7374a4
        686f7374a770726f6772616da770726f6772616da776657273696f6ea5312e32
        2e33a9617267756d656e747391a372756ea870726f66696c657391a564656275
        67a773746172746564b4313937302d30312d30315430303a30303a30305aa565
        6e646564c0a76f7574636f6d65c0"#]],
    );
    check(
        &session(Some(at(60))),
        expect![[r#"
        b01b7b2087a27d2d8aa372756ea372756ea3706964ce00011170a4686f7374a4
        686f7374a770726f6772616da770726f6772616da776657273696f6ea5312e32
        2e33a9617267756d656e747391a372756ea870726f66696c657391a564656275
        67a773746172746564b4313937302d30312d30315430303a30303a30305aa565
        6e646564b4313937302d30312d30315430303a30313a30305aa76f7574636f6d
        65a4646f6e65"#]],
    );
}

#[test]
fn keys_of_state() {
    fn hex(key: impl crate::state::Key) -> String {
        storekey::encode_vec(&key).unwrap().iter().map(|byte| format!("{byte:02x}")).collect()
    }
    let keys = [
        hex(1_u64),
        hex(-1_i64),
        hex("a\0b".to_owned()),
        hex((true, Some(7_u8), String::new())),
        hex(0.5_f64),
    ];
    expect![[r#"
        0000000000000001
        7fffffffffffffff
        6101006200
        03030700
        bfe0000000000000"#]]
    .assert_eq(&keys.join("\n"));
}
