//! Each case is in exactly one shard.

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn every_case_is_in_exactly_one_shard(
        count in 1u32..50,
        suite in ".{0,20}",
        case in ".{0,40}",
    ) {
        let shards = (1..=count).map(|index| Shard { index, count });
        prop_assert_eq!(shards.filter(|shard| shard.holds(&suite, &case)).count(), 1);
    }
}

#[test]
fn shards_are_of_similar_size() {
    let cases: Vec<_> = (0..1000).map(|number| format!("a::row_{number}")).collect();
    for index in 1..=4 {
        let shard = Shard { index, count: 4 };
        let held = cases.iter().filter(|case| shard.holds("s", case)).count();
        assert!((200..300).contains(&held), "{shard}: {held}");
    }
}

#[test]
fn the_parts_stay_the_same_between_versions() {
    assert_eq!(hash("calculator::it", "adds"), 11_197_539_547_913_485_865);
}

#[test]
fn other_texts_are_refused() {
    for (text, expected) in [
        ("0/5", "there is no shard 0 of 5; a shard is one of 1/5 to 5/5"),
        ("6/5", "there is no shard 6 of 5; a shard is one of 1/5 to 5/5"),
        ("1/0", "`1/0` is no shard; write which of how many, from 1, such as `2/5`"),
        ("2", "`2` is no shard; write which of how many, from 1, such as `2/5`"),
        ("a/b", "`a/b` is no shard; write which of how many, from 1, such as `2/5`"),
        ("-1/5", "`-1/5` is no shard; write which of how many, from 1, such as `2/5`"),
    ] {
        assert_eq!(text.parse::<Shard>().unwrap_err().to_string(), expected);
    }
    assert_eq!("2/5".parse::<Shard>().unwrap().to_string(), "2/5");
}
