//! Getting in: links, secrets, TLS, and the address on the local network.

use crate::http::Client;
use crate::town::{Lines, SMALL_DEMO, Server, Town, program};
use crate::wait::LIMIT;
use rustls::pki_types::CertificateDer;
use serde_json::json;
use std::fs;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;

/// The link's secret part.
fn code(link: &str) -> &str {
    link.split_once("/join#").unwrap().1
}

#[test]
fn the_first_link_works_once_and_a_server_that_has_a_dispatcher_prints_none() {
    let town = Town::new();
    let server = town.serve(&[]);
    let unused = server.printed["link"].as_str().unwrap().to_owned();
    drop(server);
    // No dispatcher has joined, so the next start prints another.
    let server = town.serve(&[]);
    let link = server.printed["link"].as_str().unwrap().to_owned();
    assert_ne!(code(&link), code(&unused));
    let mut stranger = server.client();
    assert_eq!(stranger.get("/api/v1/day").unwrap().status, 401);
    for password in ["admin:admin", "dispatcher:dispatcher", ":"] {
        let basic = ("authorization", format!("Basic {password}"));
        let answer = stranger.ask("GET", "/api/v1/day", None, &[(basic.0, &basic.1)]).unwrap();
        assert_eq!(answer.status, 401, "{password}");
    }
    let dispatcher = server.join(&link);
    let me = server.client_of(&dispatcher).get("/api/v1/me").unwrap().good();
    assert_eq!(me["role"], "dispatcher");
    let again = server.client().post("/api/v1/sessions", &json!({ "code": code(&link) })).unwrap();
    assert_eq!((again.status, &again.json()["code"]), (401, &json!("auth/wrong-code")));
    drop(server);

    let server = town.serve(&[]);
    assert_eq!(server.printed["link"], json!(null));
    assert_eq!(
        server.client_of(&dispatcher).get("/api/v1/me").unwrap().status,
        200,
        "sessions outlive a restart"
    );
    drop(server);
    // The operator of the server can always let a dispatcher in.
    let server = town.serve(&["--dispatcher-link"]);
    assert_eq!(server.client_of(&server.join_dispatcher()).get("/api/v1/me").unwrap().status, 200);
}

#[test]
fn silent_sockets_do_not_keep_others_out() {
    let town = Town::new();
    let mut command = Command::new("sh");
    let script = "ulimit -n 256; exec \"$0\" \"$@\"";
    command.arg("-c").arg(script).arg(program()).args(town.args()).arg("--json");
    let server = Server::of(command, town.path("day").parent().unwrap(), Lines::One);
    let silent: Vec<_> = (0..400).filter_map(|_| TcpStream::connect(server.address).ok()).collect();
    assert!(silent.len() > 300, "{}", silent.len());
    for _ in 0..20 {
        assert_eq!(server.client().get("/healthz").unwrap().status, 200);
    }
}

#[test]
fn a_request_that_is_not_strict_http_is_refused() {
    let town = Town::new();
    let server = town.serve(&[]);
    let answer = |request: &str| {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        // A connection that is cut off may end without an answer.
        let _ = stream.read_to_string(&mut answer);
        answer.lines().next().unwrap_or_default().to_owned()
    };
    let close = "Connection: close\r\n\r\n";
    assert!(answer(&format!("GET /healthz HTTP/1.1\r\nHost: a\r\n{close}")).contains(" 200 "));
    assert!(answer(&format!("GET /healthz HTTP/1.1\r\n{close}")).contains(" 400 "));
    assert!(answer(&format!("GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n{close}")).contains(" 400 "));
    assert_eq!(answer("GET /healthz HTTP/1.1\nHost: a\nConnection: close\n\n"), "");
}

#[test]
fn no_file_of_the_server_holds_a_secret() {
    let town = Town::new();
    let mut server = town.serve(&[]);
    let link = server.printed["link"].as_str().unwrap().to_owned();
    let dispatcher = server.join(&link);
    let courier = crate::phone::enrol(&server, &dispatcher, 1).remove(0).cookie;
    let mut client = server.client_of(&dispatcher);
    let post = json!({ "role": "dispatcher" });
    let unused =
        client.post("/api/v1/enrolments", &post).unwrap().good()["code"].as_str().unwrap().to_owned();
    // A request that goes wrong is the likeliest to be written down.
    client.post("/api/v1/centres/C01/pickup", &json!({ "code": unused })).unwrap();
    client.get(&format!("/api/v1/centres/C01/pickup?code={unused}")).unwrap();
    let token = |cookie: &str| cookie.strip_prefix("coldmile=").unwrap().to_owned();
    let secrets = [token(&dispatcher), token(&courier), code(&link).to_owned(), unused];
    let look = |when: &str| {
        for file in ["coldmile.db", "coldmile.db-wal", "jobs.db", "jobs.db-wal", "log.txt"] {
            let Ok(bytes) = fs::read(town.path(file)) else { continue };
            for secret in &secrets {
                assert_eq!(secret.len(), 64);
                let raw: Vec<u8> =
                    (0..32).map(|at| u8::from_str_radix(&secret[2 * at..2 * at + 2], 16).unwrap()).collect();
                let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
                assert!(!holds(secret.as_bytes()) && !holds(&raw), "{file} holds a secret {when}");
            }
        }
    };
    look("while it runs");
    server.terminate("TERM");
    look("afterwards");
    assert!(fs::metadata(town.path("log.txt")).unwrap().len() > 100, "the log says something");
}

/// A certificate for `localhost`, written into the town's folder, and the flags that use it.
fn certificate(town: &Town) -> (CertificateDer<'static>, [String; 4]) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (certificate, key) = (town.path("tls.crt"), town.path("tls.key"));
    fs::write(&certificate, made.cert.pem()).unwrap();
    fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let [certificate, key] = [certificate, key].map(|path| path.display().to_string());
    (made.cert.der().clone(), ["--tls-cert".to_owned(), certificate, "--tls-key".to_owned(), key])
}

#[test]
fn over_tls_everything_works_and_plain_http_is_refused() {
    let town = Town::new();
    let (certificate, flags) = certificate(&town);
    let args = town.args();
    let args: Vec<&str> = args.iter().chain(&flags).map(String::as_str).chain(["--json"]).collect();
    let mut server = Server::run(&args, &town.path("."), Lines::One);
    let link = server.printed["link"].as_str().unwrap();
    assert!(link.starts_with("https://127.0.0.1:"), "{link}");
    let mut client = Client::connect_tls(server.address, certificate.clone()).unwrap();
    assert_eq!(client.get("/readyz").unwrap().status, 200);
    let joined = client.post("/api/v1/sessions", &json!({ "code": code(link) })).unwrap();
    assert_eq!(joined.status, 200, "{joined:?}");
    let cookie = joined.header("set-cookie");
    assert!(cookie.starts_with("__Host-coldmile=") && cookie.contains("; Secure"), "{cookie}");
    assert!(joined.header("strict-transport-security").starts_with("max-age="));
    let mut client = client.with_cookie(cookie.split(';').next().unwrap());
    assert_eq!(client.get("/api/v1/me").unwrap().good()["role"], "dispatcher");
    let made = client.post("/api/v1/enrolments", &json!({ "role": "dispatcher" })).unwrap().good();
    assert!(made["url"].as_str().unwrap().starts_with("https://"));
    // A client that speaks plain HTTP gets no answer, least of all a page.
    let plain = Client::connect(server.address).unwrap().get("/");
    assert!(plain.is_err(), "{plain:?}");
    // A client that trusts another certificate does not connect.
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let mut stranger = Client::connect_tls(server.address, other.cert.der().clone()).unwrap();
    assert!(stranger.get("/").is_err());
    drop((client, stranger));
    assert!(server.terminate("TERM").0.success());
}

/// A process that ends with the test, also when the test fails.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The demo as tried with a phone.
#[test]
fn the_demo_prints_links_that_a_phone_can_reach_and_stops_on_ctrl_c() {
    let town = Town::new();
    let (certificate, flags) = certificate(&town);
    fs::hard_link(Town::map(), town.path("map.cmap"))
        .or_else(|_| fs::copy(Town::map(), town.path("map.cmap")).map(drop))
        .unwrap();
    let child = Command::new(program())
        .args(["demo", "--listen", "0.0.0.0:0", "--data"])
        .arg(town.path("."))
        .args(SMALL_DEMO)
        .args(&flags)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut child = Killed(child);
    let stdout = BufReader::new(child.0.stdout.take().unwrap());
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
    // The lines up to one that begins like this, and that one.
    let until = |beginning: &str| {
        let mut told = Vec::new();
        loop {
            let line: String =
                lines.recv_timeout(LIMIT).unwrap_or_else(|_| panic!("no {beginning} in {told:?}"));
            if line.starts_with(beginning) {
                return (told, line);
            }
            told.push(line);
        }
    };
    let (_, listening) = until("Listening on ");
    let base = listening.split_whitespace().nth(2).unwrap().trim_end_matches('.').to_owned();
    let address: SocketAddr = base.strip_prefix("https://").unwrap().parse().unwrap();
    assert!(!address.ip().is_unspecified(), "{listening}");
    match machine_address() {
        Some(own) => assert_eq!(address.ip(), own),
        None => assert!(address.ip().is_loopback(), "a machine without a network: {listening}"),
    }
    let (told, _) = until("Scan with ");
    let link = |role: &str| {
        let line = told.iter().find(|line| line.trim_start().starts_with(role));
        let line = line.unwrap_or_else(|| panic!("no {role} in {told:?}"));
        line.split_whitespace().nth(1).unwrap().to_owned()
    };
    for role in ["dispatcher", "courier", "centre"] {
        assert!(link(role).starts_with(&format!("{base}/join#")), "{told:?}");
    }
    // The picture is the courier's link.
    let code = qrcode::QrCode::new(link("courier")).unwrap();
    let picture = code.render::<qrcode::render::unicode::Dense1x2>().build();
    assert!(told.join("\n").contains(&picture), "{}\n{picture}", told.join("\n"));
    let mut phone = Client::connect_tls(address, certificate).unwrap();
    let post = json!({ "code": link("courier").split_once('#').unwrap().1 });
    assert_eq!(phone.post("/api/v1/sessions", &post).unwrap().good()["role"], "courier");
    drop(phone);
    let pid = child.0.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    assert_eq!(child.0.wait().unwrap().code(), Some(0));
}

/// The address under which others reach this machine, found by other means than the server's.
fn machine_address() -> Option<IpAddr> {
    let output = Command::new("hostname").arg("-I").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut addresses = text.split_whitespace().filter_map(|word| word.parse::<IpAddr>().ok());
    addresses.find(IpAddr::is_ipv4)
}
