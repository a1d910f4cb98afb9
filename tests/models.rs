//! Answers of models as bytes in, events out: captured and written streams of `tests/cases/models`, split anywhere; requests and failures.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::fmt::Write;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use llmos_lite::kernel::llm::{
    ChatRequest, Failure, FailureKind, FailureOf, ModelRef, Part, ProviderId, Reply, Step, StreamEvent, ToolResult,
    ToolSchema, Turn, provider,
};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Each is what a server sends; its name begins with the provider's. What it means stands beside it, in a file that ends with `.txt`.
/// `-hello`, `-weather` and `-think` were captured from aimock 1.43.0, the others follow the types of the official SDKs and what
/// compatible servers are known to send.
fn streams() -> Vec<(PathBuf, ProviderId, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/models");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sse" || extension == "ndjson"))
        .collect();
    files.sort();
    assert!(files.len() > 20, "the cases are there");
    files
        .into_iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().split('-').next().unwrap().to_owned();
            let provider = serde_json::from_value(Value::String(name)).unwrap();
            let bytes = std::fs::read(&path).unwrap();
            (path, provider, bytes)
        })
        .collect()
}

fn model(provider: ProviderId) -> ModelRef {
    let base_url =
        Some(provider.info().base_url).filter(|url| !url.is_empty()).unwrap_or("https://models.example.org/v1");
    ModelRef { model_id: "m".to_owned(), provider, base_url: base_url.to_owned(), name: "some-model".to_owned() }
}

fn asked(provider: ProviderId) -> ChatRequest {
    ChatRequest {
        model: model(provider),
        system: String::new(),
        messages: vec![Turn::user("Hello")],
        tools: Vec::new(),
        max_output_tokens: 1_000,
    }
}

fn read<'a>(id: ProviderId, pieces: impl Iterator<Item = &'a [u8]>) -> Vec<Step> {
    let mut reader = provider(id).reader(&asked(id));
    let mut steps: Vec<Step> = pieces.flat_map(|piece| reader.read(piece)).collect();
    steps.extend(reader.end());
    steps
}

fn describe(steps: &[Step]) -> String {
    let mut text = String::new();
    for step in steps {
        match step {
            Ok(event) => writeln!(text, "{event:?}").unwrap(),
            Err(Failure { kind, message, cure, detail, .. }) => {
                writeln!(text, "{kind:?}: {message}. {cure}. {detail:?}").unwrap();
            }
        }
    }
    let mut reply = Reply::default();
    steps.iter().flatten().for_each(|event| reply.add(event));
    writeln!(text, "= {}", serde_json::to_string(&reply.parts).unwrap()).unwrap();
    text
}

#[test]
fn streams_mean_what_they_say() {
    for (path, provider, bytes) in streams() {
        let steps = read(provider, std::iter::once(bytes.as_slice()));
        expect_file![path.with_extension("txt")].assert_eq(&describe(&steps));
    }
}

#[test]
fn a_stream_may_be_split_at_any_byte() {
    for (path, provider, bytes) in streams() {
        let whole = read(provider, std::iter::once(bytes.as_slice()));
        assert_eq!(read(provider, bytes.chunks(1)), whole, "{}, byte by byte", path.display());
        for at in 0..bytes.len() {
            let (first, second) = bytes.split_at(at);
            assert_eq!(read(provider, [first, second].into_iter()), whole, "{}, split at {at}", path.display());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_stream_may_be_split_into_any_pieces(sizes in proptest::collection::vec(1usize..90, 1..40)) {
        for (path, provider, bytes) in streams() {
            let whole = read(provider, std::iter::once(bytes.as_slice()));
            let mut pieces = Vec::new();
            let (mut rest, mut sizes) = (bytes.as_slice(), sizes.iter().cycle());
            while !rest.is_empty() {
                let (piece, after) = rest.split_at(rest.len().min(*sizes.next().unwrap()));
                pieces.push(piece);
                rest = after;
            }
            prop_assert_eq!(read(provider, pieces.into_iter()), whole, "{}", path.display());
        }
    }

    #[test]
    fn no_bytes_break_a_reader(bytes in proptest::collection::vec(any::<u8>(), 0..400), at in 0usize..2_000, of in 0usize..30) {
        let cases = streams();
        let (_, provider, good) = &cases[of % cases.len()];
        let at = at.min(good.len());
        let steps = read(*provider, [&good[..at], &bytes, &good[at..]].into_iter());
        let failures = steps.iter().filter(|step| step.is_err()).count();
        prop_assert!(failures <= 1 && steps.iter().rposition(Result::is_err).is_none_or(|last| last + 1 == steps.len()));
    }
}

/// A conversation that went through everything: thoughts, calls, results, a failure, an interruption, a foreign id.
fn conversation(id: ProviderId) -> ChatRequest {
    let call = |id: &str, city: &str| Part::ToolCall {
        id: id.to_owned(),
        name: "get_weather".to_owned(),
        arguments: json!({ "city": city }),
        signature: None,
    };
    let result = |id: &str, text: &str, is_error| ToolResult {
        id: id.to_owned(),
        name: "get_weather".to_owned(),
        text: text.to_owned(),
        is_error,
    };
    let thought = |text: &str| Part::Thinking { text: text.to_owned(), signature: Some("c2ln".to_owned()) };
    ChatRequest {
        system: "Be brief.".to_owned(),
        messages: vec![
            Turn::user("Weather in Paris and Rome?"),
            Turn::Assistant(vec![
                thought("An old thought"),
                Part::Text(" ".to_owned()),
                call("call.1", "Paris"),
                call("call_2", "Rome"),
            ]),
            Turn::ToolResults(vec![result("call_2", "Rain", false), result("call_9", "Nobody asked", false)]),
            Turn::assistant("Rain in Rome."),
            Turn::user(""),
            Turn::user("And Oslo?"),
            Turn::user("Quick!"),
            Turn::Assistant(vec![
                thought("A new thought"),
                Part::HiddenThinking("b3BhcXVl".to_owned()),
                Part::Text("Let me look.".to_owned()),
                call("call_3", "Oslo"),
            ]),
            Turn::ToolResults(vec![result("call_3", "no such city", true)]),
        ],
        tools: vec![ToolSchema {
            name: "get_weather".to_owned(),
            description: "The weather of a city".to_owned(),
            parameters: json!({ "type": "object", "properties": { "city": { "type": "string" } }, "required": ["city"] }),
        }],
        ..asked(id)
    }
}

#[test]
fn requests_are_what_each_provider_expects() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/models/requests");
    for id in ProviderId::ALL {
        let provider = provider(id);
        let request = provider.chat(&conversation(id));
        let body: Value = serde_json::from_str(request.body.as_ref().unwrap()).unwrap();
        let names = provider.models(&model(id));
        let mut text = format!("{} {}\n", request.method, request.url);
        for (name, value) in &request.headers {
            writeln!(text, "{name}: {value}").unwrap();
        }
        if let Some(key) = request.key {
            let needed = if key.needed { "" } else { ", if there is one" };
            writeln!(text, "{}: {}<key>{needed}", key.header, key.prefix).unwrap();
        }
        writeln!(text, "\n{}\n\n{} {}", serde_json::to_string_pretty(&body).unwrap(), names.method, names.url).unwrap();
        expect_file![folder.join(format!("{}.txt", id.id()))].assert_eq(&text);
    }
}

#[test]
fn addresses_are_taken_as_people_write_them() {
    for (id, written, url) in [
        (ProviderId::Anthropic, "https://gate.example.org/v1/", "https://gate.example.org/v1/messages"),
        (ProviderId::Ollama, "http://localhost:11434/v1", "http://localhost:11434/api/chat"),
        (ProviderId::Ollama, "http://localhost:11434/api/", "http://localhost:11434/api/chat"),
        (ProviderId::Custom, " http://localhost:8000/v1/ ", "http://localhost:8000/v1/chat/completions"),
    ] {
        let mut request = asked(id);
        request.model.base_url = written.to_owned();
        assert_eq!(provider(id).chat(&request).url, url);
    }
}

/// Status, body, what it is: bodies as the providers' documents and threads show them.
#[test]
fn failures_are_told_apart() {
    use FailureKind::*;
    use ProviderId::*;
    let anthropic = |kind: &str, message: &str| {
        json!({ "type": "error", "error": { "type": kind, "message": message }, "request_id": "req_1" }).to_string()
    };
    let openai = |kind: &str, code: Value, message: &str| {
        json!({ "error": { "message": message, "type": kind, "param": null, "code": code } }).to_string()
    };
    let cases = [
        (Anthropic, 401, anthropic("authentication_error", "invalid x-api-key"), WrongKey),
        (Anthropic, 401, anthropic("authentication_error", "CORS requests are not allowed for this Organization because of its settings"), RefusedOrganisation),
        (Anthropic, 400, anthropic("invalid_request_error", "Your credit balance is too low to access the Anthropic API."), NoCredit),
        (Anthropic, 403, anthropic("permission_error", "Your API key does not have permission"), Forbidden),
        (Anthropic, 404, anthropic("not_found_error", "model: claude-nothing"), NoSuchModel),
        (Anthropic, 400, anthropic("invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"), ContextTooLong),
        (Anthropic, 413, anthropic("request_too_large", "Request exceeds the maximum size"), ContextTooLong),
        (Anthropic, 429, anthropic("rate_limit_error", "This request would exceed your organization's rate limit"), RateLimited),
        (Anthropic, 529, anthropic("overloaded_error", "Overloaded"), Overloaded),
        (Anthropic, 500, anthropic("api_error", "Internal server error"), Server),
        (Anthropic, 400, anthropic("invalid_request_error", "messages: at least one message is required"), BadRequest),
        (Openai, 401, openai("invalid_request_error", json!("invalid_api_key"), "Incorrect API key provided: sk-***"), WrongKey),
        (Openai, 404, openai("invalid_request_error", json!("model_not_found"), "The model `x` does not exist or you do not have access to it."), NoSuchModel),
        (Openai, 429, openai("insufficient_quota", json!("insufficient_quota"), "You exceeded your current quota, please check your plan and billing details."), NoCredit),
        (Openai, 429, openai("tokens", json!("rate_limit_exceeded"), "Rate limit reached for x on tokens per min"), RateLimited),
        (Openai, 400, openai("invalid_request_error", json!("context_length_exceeded"), "This model's maximum context length is 128000 tokens."), ContextTooLong),
        (Openrouter, 402, openai("", json!(402), "Insufficient credits"), NoCredit),
        (Openrouter, 400, openai("", json!(400), "x/y is not a valid model ID"), NoSuchModel),
        (Gemini, 400, json!([{ "error": { "code": 400, "message": "API key not valid. Please pass a valid API key.", "status": "INVALID_ARGUMENT" } }]).to_string(), WrongKey),
        (Gemini, 429, json!({ "error": { "code": 429, "message": "Resource has been exhausted", "status": "RESOURCE_EXHAUSTED" } }).to_string(), RateLimited),
        (Groq, 404, openai("invalid_request_error", json!("model_not_found"), "The model `x` does not exist"), NoSuchModel),
        (Mistral, 401, json!({ "detail": "Unauthorized" }).to_string(), WrongKey),
        (Ollama, 404, json!({ "error": "model 'x' not found" }).to_string(), NoSuchModel),
        (LlamaCpp, 503, openai("unavailable_error", json!(503), "Loading model"), Overloaded),
        (LlamaCpp, 400, openai("exceed_context_size_error", json!(400), "the request exceeds the available context size"), ContextTooLong),
        (Custom, 404, "<html>Not Found</html>".to_owned(), WrongAddress),
        (Custom, 404, "404 page not found".to_owned(), WrongAddress),
        (Custom, 418, String::new(), BadRequest),
        (Custom, 502, "Bad Gateway".to_owned(), Server),
    ];
    for (id, status, body, kind) in cases {
        let failure = FailureOf::new(&model(id)).response(status, &[], &body);
        assert_eq!(failure.kind, kind, "{id:?} {status} {body}");
        assert!(!failure.message.is_empty() && !failure.cure.is_empty());
    }
}

#[test]
fn a_key_that_a_server_shows_in_part_is_not_told_on() {
    let body =
        json!({ "error": { "message": "Incorrect API key provided: sk-abcde***wxyz", "code": "invalid_api_key" } });
    let failure = FailureOf::new(&model(ProviderId::Openai)).response(401, &[], &body.to_string());
    assert_eq!(failure.kind, FailureKind::WrongKey);
    assert!(!failure.in_words().contains("sk-abcde"), "{}", failure.in_words());
}

#[test]
fn retries_keep_to_what_the_provider_says() {
    let failure = |status, headers: &[(&str, &str)]| {
        let headers: Vec<(String, String)> =
            headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        FailureOf::new(&model(ProviderId::Openai)).response(status, &headers, "{}")
    };
    let limited = failure(429, &[("retry-after", "2")]);
    assert_eq!(limited.delay_ms(0, 0.9), Some(2_000));
    assert_eq!(failure(429, &[("retry-after-ms", "1500"), ("retry-after", "9")]).delay_ms(1, 0.0), Some(1_500));
    assert_eq!(failure(429, &[("retry-after", "3600")]).delay_ms(0, 0.0), None, "an hour is for the person to know");
    assert_eq!(failure(429, &[("x-should-retry", "false")]).delay_ms(0, 0.0), None);
    assert_eq!(failure(400, &[("x-should-retry", "true")]).delay_ms(0, 0.0), Some(500));
    assert_eq!(failure(401, &[]).delay_ms(0, 0.0), None);
    let delays = |jitter| (0..4).map(|attempt| failure(529, &[]).delay_ms(attempt, jitter)).collect::<Vec<_>>();
    assert_eq!(delays(0.0), [Some(500), Some(1_000), None, None]);
    assert_eq!(delays(1.0), [Some(375), Some(750), None, None]);
}

#[test]
fn a_reply_is_sent_back_as_it_came() {
    let (_, id, bytes) =
        streams().into_iter().find(|(path, ..)| path.ends_with("anthropic-hidden-thinking.sse")).unwrap();
    let mut reply = Reply::default();
    read(id, std::iter::once(bytes.as_slice())).into_iter().flatten().for_each(|event: StreamEvent| reply.add(&event));
    let mut request = asked(id);
    let result = ToolResult {
        id: "toolu_1".to_owned(),
        name: "search_skills".to_owned(),
        text: "[]".to_owned(),
        is_error: false,
    };
    request.messages.extend([Turn::Assistant(reply.parts), Turn::ToolResults(vec![result])]);
    let body: Value = serde_json::from_str(provider(id).chat(&request).body.as_ref().unwrap()).unwrap();
    assert_eq!(
        body["messages"][1]["content"],
        json!([
            { "type": "thinking", "thinking": "Hm", "signature": "c2lnbmVk" },
            { "type": "redacted_thinking", "data": "b3BhcXVl" },
            { "type": "tool_use", "id": "toolu_1", "name": "search_skills", "input": { "query": "quantum" } },
        ])
    );
}
