//! Chats over volumes in memory, against scripted models: what is answered, what is kept, what a reload finds.

mod device;

use serde_json::{Value, json};

use self::device::{Device, breaks_off, calls, says};
use super::journal;
use crate::kernel::llm::{Failure, FailureKind, Turn};

#[test]
fn the_flow_of_the_source_design() {
    for (message, used, in_prompt) in [
        ("Please review this diff", vec!["Code review"], Some("Read the diff to its end.")),
        ("What is double of 21, in arithmetic?", vec!["Double"], Some("Twice the number")),
        ("zzz", vec![], None),
    ] {
        let device = Device::new(vec![says(&["It ", "is done."])]);
        let answered = device.done("POST", "/chat", json!({ "message": message }));
        assert_eq!(answered["response"], "It is done.");
        assert_eq!(answered["skills_used"], json!(used), "{message}");
        assert_eq!(answered["usage"], json!({ "input_tokens": 10, "output_tokens": 5 }));
        let asked = device.asked();
        assert_eq!(asked[0].messages, [Turn::user(message)]);
        assert_eq!(
            in_prompt.is_some_and(|words| asked[0].system.contains(words)),
            in_prompt.is_some(),
            "{}",
            asked[0].system
        );
        let preview = device.done("POST", "/chat/preview", json!({ "message": message }));
        assert_eq!(preview["system_prompt"], asked[0].system, "what is shown is what is sent");
        let trace_id = answered["trace_id"].as_str().expect("a trace");
        let trace = device.done("GET", &format!("/traces/{trace_id}"), Value::Null);
        assert_eq!((trace["kind"].as_str(), trace["goal"].as_str()), (Some("chat"), Some(message)));
        assert_eq!(trace["skills_used"].as_array().map(Vec::len), Some(used.len()));
        let content = trace["content"].as_str().unwrap_or_default();
        assert!(
            content.starts_with(&format!("# Execution Trace: {message}")) && content.contains("It is done."),
            "{content}"
        );
        assert_eq!(device.commits()[..2], [format!("Answer: {message}"), format!("Ask: {message}")]);
    }
}

#[test]
fn without_a_model_nobody_answers_but_the_skills_are_shown() {
    let device = Device::new(vec![]);
    device.done("DELETE", "/models?model_id=ollama:small", Value::Null);
    assert_eq!(device.refused("POST", "/chat", json!({ "message": "Please review" }), 503), "no_model");
    let preview = device.done("POST", "/chat/preview", json!({ "message": "Please review" }));
    assert_eq!((preview["skills"][0]["skill_id"].as_str(), &preview["model_id"]), (Some("code-review"), &Value::Null));
    assert_eq!(device.done("GET", "/chats", Value::Null)["total"], 0, "nothing is kept of it");
}

#[test]
fn sessions_branch_by_retry_and_by_edit() {
    let device = Device::new(vec![says(&["one"]), says(&["two"]), says(&["three"]), says(&["four"])]);
    let first = device.done("POST", "/chat", json!({ "message": "Why?", "stream": true }));
    let session = first["session_id"].as_str().expect("a session").to_owned();
    let ask = |path: &str, body: Value| device.done("POST", path, body);
    ask("/chat/retry", json!({ "session_id": session, "message_id": first["message_id"] }));
    let shown = device.done("GET", &format!("/chats/{session}"), Value::Null);
    let texts = |shown: &Value| -> Vec<String> {
        let messages = shown["messages"].as_array().expect("messages").iter();
        messages.map(|message| message["text"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(texts(&shown), ["Why?", "two"]);
    let second = shown["messages"][1]["message_id"].as_str().expect("an id").to_owned();
    assert_eq!(shown["siblings"][&second].as_array().map(Vec::len), Some(2));
    let edited = ask("/chat", json!({ "session_id": session, "message": "Why not?", "parent_id": null }));
    let shown = device.done("GET", &format!("/chats/{session}"), Value::Null);
    assert_eq!(texts(&shown), ["Why not?", "three"]);
    ask("/chat", json!({ "session_id": session, "message": "And?", "parent_id": edited["message_id"] }));
    let shown = device.done("GET", &format!("/chats/{session}"), Value::Null);
    assert_eq!(texts(&shown), ["Why not?", "three", "And?", "four"]);
    let old = device.done("GET", &format!("/chats/{session}?leaf={second}"), Value::Null);
    assert_eq!(texts(&old), ["Why?", "two"]);
    let asked = device.asked();
    assert_eq!(asked[3].messages, [Turn::user("Why not?"), Turn::assistant("three"), Turn::user("And?")]);
}

#[test]
fn sessions_are_listed_found_renamed_and_deleted_with_a_way_back() {
    let device = Device::new(vec![says(&["With numpy"]), says(&["With a spoon"])]);
    let plot = device.done("POST", "/chat", json!({ "message": "Plot a sine" }))["session_id"].clone();
    let soup = device.done("POST", "/chat", json!({ "message": "Eat soup" }))["session_id"].clone();
    let ids = |path: &str| -> Vec<Value> {
        let listed = device.done("GET", path, Value::Null);
        listed["chats"].as_array().expect("rows").iter().map(|row| row["session_id"].clone()).collect()
    };
    assert_eq!(ids("/chats"), [soup.clone(), plot.clone()], "newest first");
    assert_eq!(ids("/chats?limit=1&offset=1"), std::slice::from_ref(&plot));
    assert_eq!(ids("/chats?query=NUMPY+sine"), std::slice::from_ref(&plot));
    assert_eq!(ids("/chats?query=nowhere"), Vec::<Value>::new());
    let row = device.done("GET", "/chats?query=spoon", Value::Null)["chats"][0].clone();
    assert_eq!(
        (row["title"].as_str(), row["snippet"].as_str(), &row["messages"]),
        (Some("Eat soup"), Some("With a spoon"), &json!(2))
    );
    let path = format!("/chats/{}", plot.as_str().unwrap_or_default());
    device.done("PUT", &path, json!({ "title": "Sines" }));
    assert_eq!(device.done("GET", &path, Value::Null)["title"], "Sines");
    let deleted = device.done("DELETE", &path, Value::Null);
    assert_eq!(device.refused("GET", &path, Value::Null, 404), "not_found");
    device.done("POST", "/volumes/revert", json!({ "volume": "user/me", "commit": deleted["commit"] }));
    assert_eq!(device.done("GET", &path, Value::Null)["messages"][1]["text"], "With numpy");
    assert_eq!(device.refused("GET", "/chats/..%2F..%2Fskills", Value::Null, 404), "not_found");
}

#[test]
fn a_model_calls_a_skill_when_the_person_lets_it() {
    for (answer, response, runs) in [("once", "42", 1), ("deny", "no", 0)] {
        let device = Device::new(vec![calls("run_double", json!({ "x": 21 })), says(&[response])]);
        device.answer_asks(answer);
        let answered = device.done("POST", "/chat", json!({ "message": "Twice 21?" }));
        assert_eq!((answered["response"].as_str(), device.tab().asked.borrow().len()), (Some(response), runs));
        let told = device.asked()[1].messages.last().cloned();
        let Some(Turn::ToolResults(results)) = told else { panic!("the model is told") };
        assert_eq!(results[0].text, if runs == 1 { r#"{"y":42.0}"# } else { "The person said no." });
        let trace =
            device.done("GET", &format!("/traces/{}", answered["trace_id"].as_str().unwrap_or_default()), Value::Null);
        assert_eq!(trace["tools"], json!(["run_double"]));
    }
}

#[test]
fn always_is_kept_and_can_be_taken_back() {
    let again = || vec![calls("run_double", json!({ "x": 1 })), says(&["2"])];
    let device = Device::new([again(), again(), again()].concat());
    device.answer_asks("always");
    device.done("POST", "/chat", json!({ "message": "Twice 1?" }));
    *device.tab().on_event.borrow_mut() = None;
    device.done("POST", "/chat", json!({ "message": "Twice 1?" }));
    assert_eq!(device.tab().asked.borrow().len(), 2, "the second time nobody is asked");
    let settings = device.done(
        "PUT",
        "/chat/settings",
        json!({ "tools": [{ "name": "run_double", "policy": "deny" }], "max_steps": 5 }),
    );
    let tool = settings["tools"].as_array().and_then(|tools| tools.iter().find(|tool| tool["name"] == "run_double"));
    assert_eq!((tool.map(|tool| tool["policy"].clone()), &settings["max_steps"]), (Some(json!("deny")), &json!(5)));
    device.done("POST", "/chat", json!({ "message": "Twice 1?" }));
    assert_eq!(device.tab().asked.borrow().len(), 2);
    for (body, status) in [
        (json!({ "max_steps": 1_000 }), 422),
        (json!({ "max_cost_usd": -1 }), 422),
        (json!({ "volume": "x" }), 422),
        (json!({ "tools": [{ "name": "x", "policy": "maybe" }] }), 400),
    ] {
        device.refused("PUT", "/chat/settings", body, status);
    }
}

#[test]
fn tools_read_what_the_person_may_read_and_nothing_else() {
    for (tool, arguments, told) in [
        ("search_skills", json!({ "query": "twice arithmetic" }), "call run_double(x); outputs: y"),
        ("search_skills", json!({ "query": "qqq" }), "No skill fits"),
        ("activate_skill", json!({ "name": "code-review" }), "Read the diff to its end."),
        ("activate_skill", json!({ "name": "code-reviw" }), "Did you mean 'code-review'?"),
        ("list_files", json!({ "volume": "system", "folder": "skills" }), "skills/double.md"),
        ("read_file", json!({ "volume": "system", "path": "skills/code-review.md" }), "Read the diff to its end."),
        ("read_file", json!({ "path": "../device/profiles.json" }), "cannot be a path"),
        ("read_file", json!({ "volume": "user/somebody", "path": "a" }), "somebody"),
        ("read_file", json!({ "volume": "journal", "path": "a" }), "no volume"),
        ("run_workflow", json!({ "workflow_id": "none" }), "There is no workflow 'none'"),
    ] {
        let device = Device::new(vec![calls(tool, arguments.clone()), says(&["ok"])]);
        device.answer_asks("once");
        device.done("POST", "/chat", json!({ "message": "zzz" }));
        let last = device.asked()[1].messages.last().cloned();
        let Some(Turn::ToolResults(results)) = last else { panic!("the model is told") };
        assert!(results[0].text.contains(told), "{tool} {arguments}: {}", results[0].text);
    }
}

#[test]
fn a_workflow_is_checked_then_offered_then_placed() {
    let workflow = |skill: &str, input: &str| {
        json!({
            "name": "Four times",
            "nodes": [{ "node_id": "a", "skill_id": skill, "input_values": { "x": 2 } }, { "node_id": "b", "skill_id": "run_double" }],
            "edges": [{ "source": "a", "source_output": "y", "target": "b", "target_input": input }],
        })
    };
    for (arguments, answer, placed, told) in [
        (workflow("double", "x"), "once", 1, "it is on the canvas"),
        (workflow("double", "x"), "deny", 0, "The person said no."),
        (workflow("double", "z"), "once", 0, "'z'"),
        (workflow("triple", "x"), "once", 0, "triple"),
    ] {
        let device = Device::new(vec![calls("create_workflow", arguments), says(&["ok"])]);
        device.answer_asks(answer);
        device.done("POST", "/chat", json!({ "message": "Make a workflow" }));
        assert_eq!(device.tab().asked.borrow().len(), placed);
        let last = device.asked()[1].messages.last().cloned();
        let Some(Turn::ToolResults(results)) = last else { panic!("the model is told") };
        assert!(results[0].text.contains(told), "{told}: {}", results[0].text);
    }
}

#[test]
fn a_reload_in_mid_reply_loses_nothing_that_was_shown() {
    let device = Device::new(vec![]);
    let session = device.done("POST", "/chats", json!({}))["session_id"].clone();
    // The question is in the volume, the answer half-way in the journal, when the tab goes away.
    let asked = device.second_tab("tab-dying", vec![breaks_off("unused")]);
    let question = asked.done("POST", "/chat", json!({ "message": "Why?", "session_id": session }));
    let shown = asked.done("GET", &format!("/chats/{}", session.as_str().unwrap_or_default()), Value::Null);
    let mut message: crate::kernel::chat::Message =
        serde_json::from_value(shown["messages"][1].clone()).expect("a message");
    assert_eq!(message.message_id, question["message_id"].as_str().unwrap_or_default());
    message.text = "Because of".to_owned();
    message.state = crate::kernel::chat::MessageState::Streaming;
    let entry = journal::Entry {
        tab: "tab-dying".to_owned(),
        volume: "user/me".to_owned(),
        session_id: session.as_str().unwrap_or_default().to_owned(),
        message,
    };
    pollster::block_on(journal::note(&*asked.manager, &entry)).expect("it is noted");
    let path = format!("/chats/{}", entry.session_id);
    let shown = device.done("GET", &path, Value::Null);
    assert_eq!(
        (&shown["messages"][1]["state"], &shown["running"]),
        (&json!("streaming"), &question["message_id"]),
        "another tab is at it"
    );
    let device = device.reloaded(vec![says(&[" the wind."])]);
    let shown = device.done("GET", &path, Value::Null);
    let answer = &shown["messages"][1];
    assert_eq!((answer["text"].as_str(), answer["state"].as_str()), (Some("Because of"), Some("interrupted")));
    assert!(answer["trace_id"].is_string(), "it has its trace");
    assert_eq!(device.done("GET", "/chats", Value::Null)["chats"][0]["interrupted"], true);
    let left = pollster::block_on(journal::entries(&*device.manager, "user/me", None)).expect("rows");
    assert_eq!(left, [], "the journal is empty again");
    device.done("POST", "/chat/continue", json!({ "session_id": session, "message_id": answer["message_id"] }));
    let shown = device.done("GET", &path, Value::Null);
    assert_eq!(
        (shown["messages"][1]["text"].as_str(), shown["messages"][1]["state"].as_str()),
        (Some("Because of the wind."), Some("complete"))
    );
    assert_eq!(
        device.refused(
            "POST",
            "/chat/continue",
            json!({ "session_id": session, "message_id": answer["message_id"] }),
            409
        ),
        "conflict"
    );
}

#[test]
fn a_reply_that_breaks_off_is_kept_and_one_that_never_came_is_an_error() {
    let wrong_key = Failure::new(FailureKind::WrongKey, "The provider does not know the key", "Type it again");
    let device = Device::new(vec![breaks_off("Half"), vec![Err(wrong_key)]]);
    let answered = device.done("POST", "/chat", json!({ "message": "Why?" }));
    assert_eq!((answered["response"].as_str(), answered["state"].as_str()), (Some("Half"), Some("interrupted")));
    let body = json!({ "message": "Why?", "session_id": answered["session_id"] });
    let response = device.call("POST", "/chat", body);
    assert_eq!((response.status, response.body["error"]["code"].as_str()), (502, Some("model_failed")));
    assert_eq!(response.body["error"]["detail"], "The provider does not know the key. Type it again");
}

#[test]
fn a_rating_stands_in_the_trace_and_at_the_answer() {
    let device = Device::new(vec![says(&["Because."])]);
    let answered = device.done("POST", "/chat", json!({ "message": "Why?" }));
    let trace_id = answered["trace_id"].as_str().unwrap_or_default();
    device.done("POST", &format!("/traces/{trace_id}/rating"), json!({ "success_rating": 1.0 }));
    assert_eq!(device.done("GET", &format!("/traces/{trace_id}"), Value::Null)["success_rating"], 1.0);
    let session = answered["session_id"].as_str().unwrap_or_default();
    assert_eq!(device.done("GET", &format!("/chats/{session}"), Value::Null)["messages"][1]["success_rating"], 1.0);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let device = Device::new(vec![says(&["ok"])]);
    let answered = device.done("POST", "/chat", json!({ "message": "Why?" }));
    let session = &answered["session_id"];
    for (path, body, status) in [
        ("/chat", json!({ "message": "  " }), 422),
        ("/chat", json!({ "message": "a", "session_id": "1790000000-ffffffff" }), 404),
        ("/chat", json!({ "message": "a", "session_id": session, "parent_id": "none" }), 404),
        ("/chat", json!({ "message": "a", "skills": ["none"] }), 200),
        ("/chat/retry", json!({ "session_id": session, "message_id": "none" }), 404),
        ("/chat/answer", json!({ "session_id": session, "step_id": "1", "answer": "once" }), 409),
        ("/chat/stop", json!({ "session_id": session }), 200),
        ("/chat/dance", json!({}), 404),
    ] {
        let response = device.call("POST", path, body.clone());
        let is_refused_later = response.body["error"]["detail"].as_str().is_some_and(|detail| detail.contains("none"));
        assert!(response.status == status || is_refused_later, "{path} {body}: {} {}", response.status, response.body);
    }
}
