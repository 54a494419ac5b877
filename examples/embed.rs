//! A Rust program that runs a script inside its own Tokio runtime: one plain and one `async` host
//! function, a value back, and a script's error with its place.
//!
//! `cargo run --example embed`

use std::time::Duration;

use apy::{Engine, Error, Value};

const SCRIPT: &str = r#"
async def price(item):
    return item, await fetch_price(item)

prices = dict(await gather(*(price(i) for i in ("tea", "bread", "salt"))))
report = shout(f"total {sum(prices.values())}")
"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let engine = Engine::builder()
        .function("shout", |args| match args.as_slice() {
            [Value::Str(text)] => Ok(Value::from(text.to_uppercase())),
            _ => Err("shout() takes one str".into()),
        })
        .async_function("fetch_price", |args| async move {
            // Any future of the host's own may stand here.
            tokio::time::sleep(Duration::from_millis(20)).await;
            match args.first().and_then(Value::as_str) {
                Some("tea") => Ok(Value::Int(5)),
                Some("bread") => Ok(Value::Int(3)),
                Some(_) => Ok(Value::Int(1)),
                None => Err("fetch_price() takes one str".into()),
            }
        })
        .build();

    let program = engine.compile("prices.apy", SCRIPT)?;
    println!("{:?}", engine.run(&program, "report").await?);

    let faulty = engine.compile("faulty.apy", "def f(x):\n    return 1 / x\n\nf(0)\n")?;
    match engine.run(&faulty, "result").await {
        Err(Error::Script {
            kind,
            message,
            frames,
            ..
        }) => {
            let place = frames
                .last()
                .map(|f| format!("{}:{} in {}", f.file, f.line, f.function));
            println!("{kind}: {message} at {}", place.unwrap_or_default());
        }
        other => println!("unexpected: {other:?}"),
    }
    Ok(())
}
