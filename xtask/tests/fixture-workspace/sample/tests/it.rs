//! Cases from outside, in modules.

mod parser {
    #[thinking::test(tags("quick"))]
    fn parses() {
        assert!(sample::is_even("4".parse().unwrap()));
    }

    #[test]
    fn is_plain() {}
}

#[thinking::tests(tags("group"))]
mod group {
    #[thinking::test(tags("own"))]
    fn adds_up() {
        assert_eq!(sample::half(4), 2);
    }
}
