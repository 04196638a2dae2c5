//! Tests of the operators, each as the container builds it.

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::addition::Addition;
use super::division::Division;
use super::multiplication::Multiplication;
use super::negation::Negation;
use super::power::Power;
use super::subtraction::Subtraction;
use super::*;

/// Compares with what the processor does, bit by bit.
fn check(operator: &dyn Operator, expected: fn(f64, f64) -> f64) {
    let finite = || -f64::MAX..f64::MAX;
    let pairs = prop_oneof![
        (finite(), finite()),
        (-9..9, -9..9).prop_map(|(a, b)| (f64::from(a), f64::from(b))),
        prop::sample::select(vec![(0.0, -0.0), (-0.0, 0.0), (f64::MAX, f64::MAX), (5e-324, 0.5)]),
    ];
    let checked = TestRunner::default().run(&pairs, |(left, right)| {
        let found = operator.apply(&[left, right]).unwrap();
        prop_assert_eq!(found.to_bits(), expected(left, right).to_bits());
        Ok(())
    });
    checked.unwrap();
}

#[thinking::test]
fn a_sum(addition: Arc<Addition>) {
    check(&*addition, |left, right| left + right);
}

#[thinking::test]
fn a_product(multiplication: Arc<Multiplication>) {
    check(&*multiplication, |left, right| left * right);
}

/// It is put together from a sum and a product.
#[thinking::test]
fn a_difference(subtraction: Arc<Subtraction>) {
    check(&*subtraction, |left, right| left - right);
}

#[thinking::test]
fn a_quotient(division: Arc<Division>) {
    assert_eq!(division.apply(&[1.0, 8.0]), Ok(0.125));
    for zero in [0.0, -0.0] {
        assert_eq!(division.apply(&[0.0, zero]), Err(ArithmeticError::DivisionByZero));
    }
}

#[thinking::test]
fn a_sign(negation: Arc<Negation>) {
    for operand in [3.5, 0.0, -f64::MAX] {
        let negated = negation.apply(&[operand]).unwrap();
        assert_eq!(negated.to_bits(), (-operand).to_bits());
    }
}

#[thinking::test]
fn a_power(power: Arc<Power>) {
    assert_eq!(power.apply(&[2.0, 10.0]), Ok(1024.0));
    assert_eq!(power.apply(&[0.0, 0.0]), Ok(1.0));
    assert_eq!(power.apply(&[0.0, -1.0]), Err(ArithmeticError::DivisionByZero));
    assert!(power.apply(&[-8.0, 0.5]).unwrap().is_nan());
}

#[thinking::test]
fn each_takes_as_many_operands_as_its_arity_says(all: Vec<Arc<dyn Operator>>) {
    assert_eq!(all.len(), 6);
    for operator in all {
        let expected = operator.arity().count();
        for found in 0..=3 {
            let wrong = ArithmeticError::Operands { expected, found };
            let result = operator.apply(&vec![1.0; found]);
            assert_eq!(result == Err(wrong), found != expected, "{operator:?}: {result:?}");
        }
    }
}
