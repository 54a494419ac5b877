//! The embedding API as a host uses it.

use std::time::Duration;

use apy::{Engine, Error, Value};

fn engine() -> Engine {
    Engine::builder()
        .function("add", |args| match args.as_slice() {
            [Value::Int(a), Value::Int(b)] => Ok(Value::Int(a + b)),
            _ => Err("add() takes two ints".into()),
        })
        .async_function("later", |args| async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            args.into_iter()
                .next()
                .ok_or_else(|| "later() takes a value".to_string())
        })
        .build()
}

#[test]
fn a_plain_host_function_is_called_with_values() {
    let engine = engine();
    let program = engine.compile("t.apy", "x = add(40, 2)").unwrap();
    assert_eq!(engine.run_blocking(&program, "x").unwrap(), Value::Int(42));
}

#[test]
fn a_host_functions_error_is_an_exception() {
    let engine = engine();
    let program = engine
        .compile(
            "t.apy",
            "try:\n    add(1)\nexcept RuntimeError as e:\n    x = str(e)",
        )
        .unwrap();
    assert_eq!(
        engine.run_blocking(&program, "x").unwrap(),
        Value::from("add() takes two ints")
    );
}

#[test]
fn an_uncaught_exception_comes_back_with_its_place() {
    let engine = engine();
    let program = engine
        .compile("t.apy", "def f():\n    raise ValueError('no')\nf()")
        .unwrap();
    let Err(Error::Script {
        kind,
        message,
        frames,
        report,
    }) = engine.run_blocking(&program, "x")
    else {
        panic!("no error");
    };
    assert_eq!((kind.as_str(), message.as_str()), ("ValueError", "no"));
    assert_eq!(frames.iter().map(|f| f.line).collect::<Vec<_>>(), [3, 2]);
    assert!(report.ends_with("ValueError: no\n"));
}

#[test]
fn a_syntax_error_has_line_and_column() {
    let error = engine().compile("t.apy", "x = 1\ny = (").unwrap_err();
    assert_eq!(
        error.to_string(),
        "t.apy:2:5: SyntaxError: '(' was never closed"
    );
}

#[test]
fn values_of_every_kind_cross() {
    let engine = engine();
    let program = engine
        .compile(
            "t.apy",
            "x = [None, True, 2**70, 1.5, 'a', b'b', (1,), {'k': []}]",
        )
        .unwrap();
    let Value::List(items) = engine.run_blocking(&program, "x").unwrap() else {
        panic!("no list")
    };
    assert_eq!(items[0], Value::None);
    assert_eq!(items[2], Value::BigInt(num_bigint::BigInt::from(2).pow(70)));
    assert_eq!(items[5], Value::Bytes(b"b".to_vec()));
    assert_eq!(
        items[7],
        Value::Dict(vec![(Value::from("k"), Value::List(vec![]))])
    );
}

#[tokio::test]
async fn a_script_awaits_the_hosts_futures_and_the_run_is_send() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let engine = engine();
    let program = engine
        .compile("t.apy", "x = await gather(*(later(i) for i in range(3)))")
        .unwrap();
    let result = is_send(engine.run(&program, "x")).await.unwrap();
    assert_eq!(
        result,
        Value::List(vec![Value::Int(0), Value::Int(1), Value::Int(2)])
    );
}

#[test]
fn two_engines_do_not_know_of_each_other() {
    let (a, b) = (engine(), Engine::default());
    let program = a.compile("t.apy", "x = 'add' in globals()").unwrap();
    assert_eq!(a.run_blocking(&program, "x").unwrap(), Value::Bool(true));
    assert_eq!(b.run_blocking(&program, "x").unwrap(), Value::Bool(false));
}
