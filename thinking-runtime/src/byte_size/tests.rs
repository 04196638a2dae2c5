//! Sizes as texts and back.

use proptest::prelude::*;

use super::*;

fn bytes(text: &str) -> Result<u64, String> {
    text.parse().map(ByteSize::bytes).map_err(|error: ByteSizeError| error.to_string())
}

#[test]
fn texts_that_are_sizes() {
    let sizes = [
        ("0", 0),
        ("4096", 4096),
        ("1_000", 1000),
        ("2 GiB", 2 << 30),
        ("2gib", 2 << 30),
        ("512kB", 512_000),
        ("512 KB", 512_000),
        ("1.5 MB", 1_500_000),
        ("0.50 KiB", 512),
        (" 7 B ", 7),
        ("9007199254740993 B", 9_007_199_254_740_993),
        ("18446744073709551615", u64::MAX),
    ];
    for (text, expected) in sizes {
        assert_eq!(bytes(text), Ok(expected), "{text}");
    }
}

#[test]
fn texts_that_are_none_say_why() {
    let wrong = [
        ("", "`` does not begin with a number of bytes, as in `2 GiB`"),
        ("GiB", "`GiB` does not begin with a number of bytes, as in `2 GiB`"),
        ("1.", "`1.` does not begin with a number of bytes, as in `2 GiB`"),
        ("1.2.3 MB", "`1.2.3 MB` does not begin with a number of bytes, as in `2 GiB`"),
        ("-1 kB", "`-1 kB` is negative"),
        ("0.5 B", "`0.5 B` is no whole number of bytes"),
        ("16 EiB", "`16 EiB` is too large: at most 18446744073709551615 bytes"),
        (
            "18446744073709551616",
            "`18446744073709551616` is too large: at most 18446744073709551615 bytes",
        ),
        (
            "2 gigs",
            "`gigs` is no unit of sizes; there are B, kB, MB, GB, TB, PB, EB, KiB, MiB, GiB, TiB, \
             PiB and EiB",
        ),
    ];
    for (text, expected) in wrong {
        assert_eq!(bytes(text), Err(expected.to_owned()));
    }
}

#[test]
fn the_shortest_exact_text() {
    let texts = [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (1024, "1 KiB"),
        (1025, "1025 B"),
        (2 << 30, "2 GiB"),
        (1_536_000, "1500 KiB"),
        (u64::MAX, "18446744073709551615 B"),
    ];
    for (bytes, text) in texts {
        assert_eq!(ByteSize::new(bytes).to_string(), text);
    }
}

#[test]
fn people_get_texts_and_other_formats_numbers() {
    let size = ByteSize::new(4096);
    assert_eq!(serde_json::to_string(&size).unwrap(), "\"4 KiB\"");
    assert_eq!(serde_json::from_str::<ByteSize>("\"4 KiB\"").unwrap(), size);
    assert_eq!(serde_json::from_str::<ByteSize>("4096").unwrap(), size);
    assert!(serde_json::from_str::<ByteSize>("-1").is_err());
}

proptest! {
    #[test]
    fn what_is_printed_reads_back(bytes: u64, factor in proptest::sample::select(UNITS.to_vec())) {
        for size in [bytes, (bytes % 1000).saturating_mul(factor.1)].map(ByteSize::new) {
            prop_assert_eq!(size.to_string().parse(), Ok(size));
        }
    }

    #[test]
    fn any_text_is_a_size_or_an_error(text: String) {
        let _ = text.parse::<ByteSize>();
    }
}
