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

fn arguments() -> ArgumentsPrint {
    ArgumentsPrint { hash: Digest::of(b"3"), text: "n = 3".to_owned() }
}

fn step(failures: Vec<u64>) -> StepRecord {
    let artifact = Artifact { name: "a.csv".to_owned(), hash: "ab".to_owned(), size: 300 };
    StepRecord {
        path: path(),
        arguments: arguments(),
        print: Digest::of(b"print"),
        failures,
        session: 1,
        started: at(1),
        took: Duration::from_millis(1500),
        artifacts: vec![artifact],
    }
}

#[test]
fn print() {
    let settings = [("training.rate".to_owned(), "0.5".to_owned())];
    let print = Print {
        code: Digest::of(b"code"),
        version: 2,
        components: vec!["app::Sgd".to_owned()],
        settings: settings.into(),
        helpers: BTreeMap::new(),
    };
    check(
        &print,
        expect![[r#"
        21e9a3bad0a4a31c84a4636f6465c410bd124bf390b2978f6fa38a38904b8d7d
        a776657273696f6e02aa636f6d706f6e656e747391a86170703a3a536764a873
        657474696e677381ad747261696e696e672e72617465a3302e35"#]],
    );
    let helpers = [("app::scale".to_owned(), "5ca1e".to_owned())].into();
    check(
        &Print { helpers, ..print },
        expect![[r#"
        34df199fa17284ec85a4636f6465c410bd124bf390b2978f6fa38a38904b8d7d
        a776657273696f6e02aa636f6d706f6e656e747391a86170703a3a536764a873
        657474696e677381ad747261696e696e672e72617465a3302e35a768656c7065
        727381aa6170703a3a7363616c65a53563613165"#]],
    );
}

/// The short way to what a step is compared by is taken where it can be, and gives the same.
#[test]
fn step_heads_are_read_in_both_ways() {
    let long = |length| ArgumentsPrint { text: "ä".repeat(length), ..arguments() };
    for length in [0, 1, 15, 16, 127, 128, 200, 40_000] {
        let record = StepRecord { arguments: long(length), ..step(vec![]) };
        let sealed = codec::seal(&record).unwrap();
        let short = StepHead::plain(codec::check(&sealed).unwrap());
        assert_eq!(short.is_some(), length < 40_000);
        let decoded: StepHead<'_> = codec::open(&sealed).unwrap();
        assert_eq!(StepHead::open(&sealed).unwrap(), decoded);
        for end in 0..sealed.len().min(300) {
            assert!(StepHead::open(&sealed[..end]).is_err());
        }
    }
    let with_failures = codec::seal(&step(vec![7])).unwrap();
    assert!(StepHead::plain(codec::check(&with_failures).unwrap()).is_none());
    assert_eq!(StepHead::open(&with_failures).unwrap().failures, [7]);
}

/// What a skipped step is compared by is read without the rest of its record.
#[test]
fn step_head() {
    let sealed = codec::seal(&step(vec![7])).unwrap();
    let head: StepHead<'_> = codec::open(&sealed).unwrap();
    assert_eq!(head.path, "run/fit[3]");
    assert_eq!((head.arguments.hash, head.arguments.text), (Digest::of(b"3"), "n = 3"));
    assert_eq!((head.print, head.failures), (Digest::of(b"print"), vec![7]));
}

#[test]
fn branch() {
    let branch = |parent| Branch {
        run: "run".to_owned(),
        name: "main".to_owned(),
        parent,
        created: at(0),
        requested: false,
    };
    check(
        &Branch { requested: true, ..branch(None) },
        expect![[r#"
        34b698f549ce092a85a372756ea372756ea46e616d65a46d61696ea670617265
        6e74c0a763726561746564b4313937302d30312d30315430303a30303a30305a
        a9726571756573746564c3"#]],
    );
    check(
        &branch(None),
        expect![[r#"
            66692746e5f0309a84a372756ea372756ea46e616d65a46d61696ea670617265
            6e74c0a763726561746564b4313937302d30312d30315430303a30303a30305a"#]],
    );
    check(
        &branch(Some((1, 70_000))),
        expect![[r#"
            67093d8cc8ba1a4384a372756ea372756ea46e616d65a46d61696ea670617265
            6e749201ce00011170a763726561746564b4313937302d30312d30315430303a
            30303a30305a"#]],
    );
}

#[test]
fn step_record() {
    check(
        &step(Vec::new()),
        expect![[r#"
            4bc2c9d493700e6787a470617468aa72756e2f6669745b335da9617267756d65
            6e747382a468617368c41058d6fd3dc609068615d66b6a2616cce5a474657874
            a56e203d2033a57072696e74c410cdc63b149033dbd1c41b274dea9cc1b9a773
            657373696f6e01a773746172746564ce000f4240a4746f6f6bce59682f00a961
            72746966616374739183a46e616d65a5612e637376a468617368a26162a47369
            7a65cd012c"#]],
    );
    check(
        &step(vec![7]),
        expect![[r#"
            dcb83cf0e3bf7e6d88a470617468aa72756e2f6669745b335da9617267756d65
            6e747382a468617368c41058d6fd3dc609068615d66b6a2616cce5a474657874
            a56e203d2033a57072696e74c410cdc63b149033dbd1c41b274dea9cc1b9a866
            61696c757265739107a773657373696f6e01a773746172746564ce000f4240a4
            746f6f6bce59682f00a96172746966616374739183a46e616d65a5612e637376
            a468617368a26162a473697a65cd012c"#]],
    );
}

#[test]
fn checkpoint_record() {
    let checkpoint = CheckpointRecord {
        path: path(),
        arguments: Digest::of(b"3"),
        print: Print::default(),
        session: 1,
        saved: at(2),
        value: vec![1, 2],
    };
    check(
        &checkpoint,
        expect![[r#"
        f3e9cd5d81d84d1986a470617468aa72756e2f6669745b335da9617267756d65
        6e7473c41058d6fd3dc609068615d66b6a2616cce5a57072696e7484a4636f64
        65c41000000000000000000000000000000000a776657273696f6e00aa636f6d
        706f6e656e747390a873657474696e677380a773657373696f6e01a573617665
        64ce001e8480a576616c7565c4020102"#]],
    );
}

#[test]
fn failure_record() {
    let failure = FailureRecord {
        run: "run".to_owned(),
        branch: 1,
        position: 2,
        path: path(),
        arguments: arguments(),
        print: Digest::of(b"print"),
        attempt: 2,
        of: 3,
        session: 3,
        started: at(4),
        took: Duration::from_nanos(5),
        causes: vec!["outer".to_owned(), "inner".to_owned()],
        backtrace: Some("0: fit".to_owned()),
    };
    check(
        &failure,
        expect![[r#"
            19aae1f951782aaa8da372756ea372756ea66272616e636801a8706f73697469
            6f6e02a470617468aa72756e2f6669745b335da9617267756d656e747382a468
            617368c41058d6fd3dc609068615d66b6a2616cce5a474657874a56e203d2033
            a57072696e74c410cdc63b149033dbd1c41b274dea9cc1b9a7617474656d7074
            02a26f6603a773657373696f6e03a773746172746564ce003d0900a4746f6f6b
            05a663617573657392a56f75746572a5696e6e6572a96261636b7472616365a6
            303a20666974"#]],
    );
    let error = failure.error();
    assert_eq!(error.to_string(), "outer");
    assert_eq!(error.source().unwrap().to_string(), "inner");
    assert!(error.source().unwrap().source().is_none());
}

#[test]
fn acceptance() {
    let acceptance = Acceptance {
        arguments: arguments(),
        print: Digest::of(b"print"),
        differences: vec!["its version: 1 → 2".to_owned()],
        user: "ada".to_owned(),
        host: "host".to_owned(),
        accepted: at(4),
        session: 3,
    };
    check(
        &acceptance,
        expect![[r#"
        870f01f325a8b3ff87a9617267756d656e747382a468617368c41058d6fd3dc6
        09068615d66b6a2616cce5a474657874a56e203d2033a57072696e74c410cdc6
        3b149033dbd1c41b274dea9cc1b9ab646966666572656e63657391b469747320
        76657273696f6e3a203120e286922032a475736572a3616461a4686f7374a468
        6f7374a86163636570746564b4313937302d30312d30315430303a30303a3034
        5aa773657373696f6e03"#]],
    );
}

/// Branches of stores from before there was anything to ask for were made by changes.
#[test]
fn a_branch_without_the_newer_field_is_no_request() {
    let sealed = codec::seal(&serde_json::json!({
        "run": "run", "name": "main", "parent": null, "created": "1970-01-01T00:00:00Z",
    }));
    assert!(!codec::open::<Branch>(&sealed.unwrap()).unwrap().requested);
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
        ending: ended.map(|_| Ending {
            branch: 1,
            position: 2,
            failures: vec![7],
            path: Some(path()),
            causes: vec!["outer".to_owned()],
            interrupted: path().ancestors().collect(),
        }),
    };
    check(
        &session(None),
        expect![[r#"
            7922a1a9c9410cd58aa372756ea372756ea3706964ce00011170a4686f7374a4
            686f7374a770726f6772616da770726f6772616da776657273696f6ea5312e32
            2e33a9617267756d656e747391a372756ea870726f66696c657391a564656275
            67a773746172746564b4313937302d30312d30315430303a30303a30305aa565
            6e646564c0a76f7574636f6d65c0"#]],
    );
    check(
        &session(Some(at(60))),
        expect![[r#"
            cd514ae4b15cc2348ba372756ea372756ea3706964ce00011170a4686f7374a4
            686f7374a770726f6772616da770726f6772616da776657273696f6ea5312e32
            2e33a9617267756d656e747391a372756ea870726f66696c657391a564656275
            67a773746172746564b4313937302d30312d30315430303a30303a30305aa565
            6e646564b4313937302d30312d30315430303a30313a30305aa76f7574636f6d
            65a4646f6e65a6656e64696e6786a66272616e636801a8706f736974696f6e02
            a86661696c757265739107a470617468aa72756e2f6669745b335da663617573
            657391a56f75746572ab696e74657272757074656491a372756e"#]],
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
