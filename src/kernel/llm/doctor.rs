//! The connection doctor: why a model's server cannot be talked to, and what to do about it, down to the line to copy.
//!
//! A browser tells a page next to nothing of a request that failed: a wrong address, a server that is down and an answer that the page
//! may not read look the same. What tells them apart is asking again in other ways, and knowing how each provider answers.

use serde::Deserialize;

use super::words::FailureOf;
use super::{Failure, FailureKind, ModelRef, ProviderId, origin_of};

/// What is known of the page that asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct PageFacts {
    /// Scheme, host and port: what a server has to allow.
    pub origin: String,
    /// Whether the browser believes to have a network.
    pub online: bool,
    /// `mac`, `windows`, `linux`, or anything else.
    pub platform: String,
}

/// What came of asking again, after a request that failed without an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Reach {
    /// Somebody answers there, be it that the page may not read what.
    pub answers: bool,
    /// The page may read the answer to a request with no key.
    pub readable_without_key: bool,
    /// A key was sent.
    pub had_key: bool,
    /// The person forbade the page to reach this computer or its network.
    pub local_network_denied: bool,
}

/// Why a request failed without an answer.
#[must_use]
pub fn unanswered(model: &ModelRef, page: &PageFacts, reach: Reach) -> Failure {
    let why = FailureOf::new(model);
    let here = is_this_computer(&model.base_url);
    if reach.answers {
        let known_to_allow_pages = is_usual_cloud(model) && !page.origin.is_empty();
        let wrong_key = reach.had_key && (reach.readable_without_key || known_to_allow_pages);
        if !wrong_key {
            return why.of_kind(FailureKind::MissingCors, None);
        }
        let failure = why.of_kind(FailureKind::WrongKey, None);
        let message = format!(
            "{}: it answers this key in a way that no page may read, which it does for keys it does not know",
            failure.message
        );
        return Failure { message, ..failure };
    }
    if is_mixed(&page.origin, &model.base_url) {
        let message = format!("The browser does not let a page that came by https ask {} by http", model.origin());
        let cure = "Give the server an https address, or run it on this computer: localhost is allowed";
        return Failure::new(FailureKind::Blocked, message, cure);
    }
    if reach.local_network_denied && is_near(&model.base_url) {
        let message = format!("The browser does not let this page reach {}", model.origin());
        let cure = "Allow 'Local network access' for this page: it is behind the sign left of the address";
        return Failure::new(FailureKind::Blocked, message, cure);
    }
    let kind = if page.online || here { FailureKind::ServerDown } else { FailureKind::Offline };
    why.of_kind(kind, None)
}

/// Whether it is a provider's own address, of which it is known that it lets pages in.
fn is_usual_cloud(model: &ModelRef) -> bool {
    let info = model.provider.info();
    info.needs_key && model.origin() == origin_of(info.base_url)
}

fn host_of(url: &str) -> &str {
    let host = origin_of(url).split("://").nth(1).unwrap_or_default();
    if host.starts_with('[') {
        return host.find(']').map_or(host, |end| &host[..=end]);
    }
    host.split(':').next().unwrap_or_default()
}

fn is_this_computer(url: &str) -> bool {
    let host = host_of(url);
    host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "[::1]"
}

/// This computer or one in the same network, as far as an address shows it.
fn is_near(url: &str) -> bool {
    let host = host_of(url);
    let second = host.strip_prefix("172.").and_then(|rest| rest.split('.').next()?.parse::<u8>().ok());
    is_this_computer(url)
        || host.starts_with("10.")
        || host.starts_with("192.168.")
        || second.is_some_and(|second| (16..32).contains(&second))
        || host.ends_with(".local")
}

fn is_mixed(page_origin: &str, url: &str) -> bool {
    page_origin.starts_with("https://") && url.starts_with("http://") && !is_this_computer(url)
}

/// A line to copy, and what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Where it belongs, or what it does.
    pub label: String,
    /// The line.
    pub text: String,
}

fn command(label: &str, text: String) -> Command {
    Command { label: label.to_owned(), text }
}

/// The lines that cure a failure, the most likely first.
#[must_use]
pub fn commands(kind: FailureKind, model: &ModelRef, page: &PageFacts) -> Vec<Command> {
    let origin = &page.origin;
    match (kind, model.provider) {
        (FailureKind::MissingCors, ProviderId::Ollama) => ollama_origins(origin, &page.platform),
        (FailureKind::MissingCors, ProviderId::LmStudio) => {
            vec![command("In a terminal", "lms server start --cors".to_owned())]
        }
        (FailureKind::MissingCors, _) => vec![
            command(
                "Headers that the server has to send",
                format!(
                    "Access-Control-Allow-Origin: {origin}\nAccess-Control-Allow-Headers: authorization, content-type"
                ),
            ),
            command("For vLLM", format!("--allowed-origins '[\"{origin}\"]'")),
        ],
        (FailureKind::ServerDown, ProviderId::Ollama) => vec![command("In a terminal", "ollama serve".to_owned())],
        (FailureKind::ServerDown, ProviderId::LmStudio) => {
            vec![command("In a terminal", "lms server start --cors".to_owned())]
        }
        (FailureKind::ServerDown, ProviderId::LlamaCpp) => {
            vec![command("In a terminal", "llama-server --jinja -m model.gguf --port 8080".to_owned())]
        }
        (FailureKind::NoSuchModel, ProviderId::Ollama) if is_plain(&model.name) => {
            vec![command("In a terminal", format!("ollama pull {}", model.name))]
        }
        _ => Vec::new(),
    }
}

/// Whether a name may stand in a shell's line as it is.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-:/".contains(&byte))
}

/// How Ollama is told to let this page in (its FAQ, "How can I allow additional web origins"), this computer's way first.
fn ollama_origins(origin: &str, platform: &str) -> Vec<Command> {
    let mut ways = vec![
        ("mac", command("macOS, then start Ollama again", format!("launchctl setenv OLLAMA_ORIGINS \"{origin}\""))),
        (
            "windows",
            command("Windows, then quit Ollama and start it again", format!("setx OLLAMA_ORIGINS \"{origin}\"")),
        ),
        (
            "linux",
            command(
                "Linux, where Ollama runs as a service",
                format!(
                    "sudo mkdir -p /etc/systemd/system/ollama.service.d && printf '[Service]\\nEnvironment=\"OLLAMA_ORIGINS={origin}\"\\n' \
                     | sudo tee /etc/systemd/system/ollama.service.d/origins.conf && sudo systemctl daemon-reload && sudo systemctl \
                     restart ollama"
                ),
            ),
        ),
        ("", command("Anywhere, in a terminal", format!("OLLAMA_ORIGINS=\"{origin}\" ollama serve"))),
    ];
    ways.sort_by_key(|(way, _)| *way != platform);
    ways.into_iter().map(|(_, command)| command).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(provider: ProviderId, url: Option<&str>) -> ModelRef {
        ModelRef::described(provider, url, "some-model").expect("it is well described")
    }

    fn page(online: bool) -> PageFacts {
        PageFacts { origin: "https://lite.example.org".to_owned(), online, platform: "linux".to_owned() }
    }

    #[test]
    fn a_request_without_an_answer_has_a_reason() {
        use FailureKind::*;
        use ProviderId::*;
        let none = Reach::default();
        let answers = Reach { answers: true, ..none };
        let with_key = Reach { had_key: true, ..answers };
        let readable = Reach { readable_without_key: true, ..with_key };
        let denied = Reach { local_network_denied: true, ..none };
        for (provider, url, online, reach, kind) in [
            (Openai, None, true, with_key, WrongKey),
            (Openai, None, true, none, ServerDown),
            (Openai, None, false, none, Offline),
            (Openai, Some("https://gate.example.org/v1"), true, with_key, MissingCors),
            (Openai, Some("https://gate.example.org/v1"), true, readable, WrongKey),
            (Custom, Some("https://vllm.example.org/v1"), true, answers, MissingCors),
            (Ollama, None, true, answers, MissingCors),
            (Ollama, None, true, none, ServerDown),
            (Ollama, None, false, none, ServerDown),
            (Ollama, None, true, denied, Blocked),
            (Ollama, Some("http://192.168.1.20:11434"), true, none, Blocked),
            (Ollama, Some("http://[::1]:11434"), true, none, ServerDown),
        ] {
            assert_eq!(
                unanswered(&model(provider, url), &page(online), reach).kind,
                kind,
                "{provider:?} {url:?} {reach:?}"
            );
        }
    }

    #[test]
    fn the_line_for_ollama_names_this_page_and_this_system_first() {
        let lines = commands(FailureKind::MissingCors, &model(ProviderId::Ollama, None), &page(true));
        assert_eq!(lines.len(), 4);
        assert!(lines[0].label.starts_with("Linux"));
        assert!(lines.iter().all(|line| line.text.contains("https://lite.example.org")));
    }

    #[test]
    fn no_name_becomes_a_command() {
        let mut model = model(ProviderId::Ollama, None);
        model.name = "x;rm".to_owned();
        assert_eq!(commands(FailureKind::NoSuchModel, &model, &page(true)), []);
    }
}
