//! Serves a built page on this machine alone: right types, compressed, revalidated, and never a file outside its folder.

use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tiny_http::{Header, Method, Request, Response, Server, StatusCode};

use crate::build::{self, Profile};
use crate::files::{Body, Files};
use crate::problem::{Problem, Result};
use crate::watch::{self, Reloads};

const DEFAULT_PORT: u16 = 8080;
/// How many ports after the default one are tried when it is taken.
const OTHER_PORTS: u16 = 10;
/// Requests answered at the same time; a browser opens six connections.
const THREADS: usize = 8;

struct Options {
    port: Option<u16>,
    watch: bool,
}

/// `cargo xtask serve`.
pub fn command(arguments: &[String]) -> Result<()> {
    let options = read_options(arguments)?;
    // The port is taken before the build, so that what is in its way is said at once.
    let server = Arc::new(bind(options.port)?);
    let address = format!("http://{}/", server.server_addr());
    let profile = if options.watch { Profile::Development } else { Profile::Release };
    let dist = build::page(profile)?;
    let reloads = options.watch.then(Reloads::start);
    let site = Arc::new(Site { files: Files::of(dist), reloads: reloads.clone() });
    for _ in 0..THREADS {
        let (server, site) = (Arc::clone(&server), Arc::clone(&site));
        std::thread::spawn(move || {
            while let Ok(request) = server.recv() {
                site.answer(request);
            }
        });
    }
    println!("\nWorkbench: {address}");
    match reloads {
        Some(reloads) => watch::rebuild_forever(&reloads),
        None => {
            println!("Ctrl C stops it.");
            loop {
                std::thread::park();
            }
        }
    }
}

fn read_options(arguments: &[String]) -> Result<Options> {
    let wrong = |what: String| Problem::new(what).fix("cargo xtask serve [--port N] [--watch]");
    let mut options = Options { port: None, watch: false };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--watch" => options.watch = true,
            "--port" => {
                let number = words.next().ok_or_else(|| wrong("`--port` needs a number".to_owned()))?;
                options.port = Some(
                    number
                        .parse()
                        .map_err(|_| wrong(format!("`{number}` is no port: it should be a number up to 65535")))?,
                );
            }
            other => return Err(wrong(format!("`serve` does not know `{other}`"))),
        }
    }
    Ok(options)
}

/// Takes the port that was asked for, or the first free one from the default on.
fn bind(asked: Option<u16>) -> Result<Server> {
    let listen = |port| Server::http(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    if let Some(port) = asked {
        return listen(port).map_err(|error| {
            Problem::new(format!("port {port} cannot be used: {error}"))
                .fix("stop what holds it, or name another: cargo xtask serve --port 0 takes any free one")
        });
    }
    for port in DEFAULT_PORT..=DEFAULT_PORT + OTHER_PORTS {
        if let Ok(server) = listen(port) {
            if port != DEFAULT_PORT {
                println!("  Port {DEFAULT_PORT} is taken: using {port}");
            }
            return Ok(server);
        }
    }
    Err(Problem::new(format!("the ports {DEFAULT_PORT} to {} are taken", DEFAULT_PORT + OTHER_PORTS))
        .fix("cargo xtask serve --port 0 takes any free one"))
}

/// The files of one build and, when watching, the pages that want to hear of the next.
struct Site {
    files: Files,
    reloads: Option<Reloads>,
}

impl Site {
    /// Answers a request; a page that hung up in the middle is no error.
    fn answer(&self, request: Request) {
        let _ = match (request.method(), self.reloads.as_ref()) {
            (Method::Get, Some(_)) if request.url() == watch::SCRIPT_URL => {
                let script = Response::from_string(watch::SCRIPT)
                    .with_header(header("Content-Type", "text/javascript; charset=utf-8"));
                request.respond(script)
            }
            (Method::Get, Some(reloads)) if request.url() == watch::EVENTS_URL => {
                reloads.tell(request.into_writer());
                Ok(())
            }
            (Method::Get | Method::Head, _) => self.file(request),
            _ => request.respond(Response::from_string("Only GET and HEAD are answered here.\n").with_status_code(405)),
        };
    }

    fn file(&self, request: Request) -> std::io::Result<()> {
        let value = |name: &'static str| {
            request.headers().iter().find(|header| header.field.equiv(name)).map_or("", |header| header.value.as_str())
        };
        let Some(file) = self.files.find(request.url(), value("Accept-Encoding")) else {
            return request.respond(Response::from_string("There is no such file here.\n").with_status_code(404));
        };
        let mut headers = vec![
            header("Content-Type", file.media_type),
            header("ETag", &file.tag),
            // Names are not hashes of content for every file: the page asks, and is told when nothing changed.
            header("Cache-Control", "no-cache"),
            header("X-Content-Type-Options", "nosniff"),
            header("Vary", "Accept-Encoding"),
        ];
        if value("If-None-Match") == file.tag {
            return request.respond(Response::new(StatusCode(304), headers, std::io::empty(), Some(0), None));
        }
        if let Some(encoding) = file.encoding {
            headers.push(header("Content-Encoding", encoding));
        }
        let (reader, length): (Box<dyn Read + Send>, usize) = match file.body {
            Body::File(file, length) => (Box::new(file), length),
            Body::Bytes(bytes) if self.reloads.is_some() && file.is_page => {
                let page = watch::with_script(&bytes);
                let length = page.len();
                (Box::new(std::io::Cursor::new(page)), length)
            }
            Body::Bytes(bytes) => {
                let length = bytes.len();
                (Box::new(std::io::Cursor::new(bytes)), length)
            }
        };
        // A length above tiny_http's threshold would be sent in chunks, and progress bars need lengths.
        request.respond(
            Response::new(StatusCode(200), headers, reader, Some(length), None).with_chunked_threshold(usize::MAX),
        )
    }
}

fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("names and values of headers here are plain ASCII")
}
