//! Exchanges against anything that the world may say, in any order.

use super::*;

/// Anything that the world may say, also what makes no sense now.
fn anything(choice: u8, step: u8) -> Event {
    let step_id = (step % 8).to_string();
    let call = |name: &str, arguments: Result<Value, String>| {
        Event::Stream(StreamEvent::ToolCall {
            id: format!("c{step}"),
            name: name.to_owned(),
            arguments,
            signature: None,
        })
    };
    let outcome = |is_proposal| ToolOutcome { text: "4".to_owned(), is_proposal, ..ToolOutcome::default() };
    match choice % 20 {
        0 => Event::Prepared(Ok(Prepared { tools: tools(), ..Prepared::default() })),
        1 => Event::Prepared(Err("no skills".to_owned())),
        2 => text("Wörter "),
        3 => Event::Stream(StreamEvent::Thinking("Hm".to_owned())),
        4 => Event::Stream(StreamEvent::Signature("proof".to_owned())),
        5 => call("look", Ok(json!({ "x": step % 3 }))),
        6 => call("run", Ok(json!({ "x": 1 }))),
        7 => call("propose", Ok(json!({ "x": 1 }))),
        8 => call("nothing", Err("broken".to_owned())),
        9 | 10 => Event::StreamEnded(Ok(())),
        11 => fails(FailureKind::Overloaded),
        12 => fails(FailureKind::ContextTooLong),
        13 => Event::ToolDone { step_id, outcome: outcome(false) },
        14 => Event::ToolDone { step_id, outcome: outcome(true) },
        15 => Event::Answered { step_id, answer: Answer::Once },
        16 => Event::Answered { step_id, answer: Answer::Deny },
        17 => Event::Stream(StreamEvent::Finished(if step.is_multiple_of(2) {
            StopReason::Done
        } else {
            StopReason::Paused
        })),
        18 => text(r#"{"subtasks": [{"title": "a", "task": "b"}, {"title": "c", "task": "d"}]}"#),
        _ => Event::Tick,
    }
}

proptest::proptest! {
    #[test]
    fn whatever_the_world_says_it_holds_and_ends_when_it_is_stopped(
        orchestrate: bool,
        said in proptest::collection::vec((0_u8..20, 0_u8..8), 0..120),
    ) {
        let options = ExchangeOptions { orchestrate, ..options() };
        let mut world = World::new(options, Message::default(), vec![]);
        for (choice, step) in said {
            world.now_ms += f64::from(step) * 100.0;
            world.happens(anything(choice, step));
        }
        world.happens(Event::Cancel);
        world.happens(Event::Kept(Err("the storage is full".to_owned())));
        proptest::prop_assert!(world.exchange.is_done());
        let kept = world.effects.iter().filter(|effect| matches!(effect, Effect::Keep(_))).count();
        let done = world.effects.iter().filter(|effect| matches!(effect, Effect::Done)).count();
        proptest::prop_assert_eq!((kept, done), (1, 1));
    }
}
