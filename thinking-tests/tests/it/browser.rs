//! A browser to look at pages with: it is told what to do over a pipe.
//!
//! `THINKING_TESTS_BROWSER` names the browser, which then has to be there. Without the variable
//! `chromium` is tried, and where it is missing the tests only say so. With
//! `THINKING_TESTS_PICTURES=DIR`, [`Browser::picture`] leaves pictures there for people to look at.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

const BROWSER_VARIABLE: &str = "THINKING_TESTS_BROWSER";
const PICTURES_VARIABLE: &str = "THINKING_TESTS_PICTURES";

/// After this long without a word, the browser is taken to hang.
const PATIENCE: Duration = Duration::from_secs(120);

/// The protocol's pipe is on descriptors 3 and 4; only a shell can say so without unsafe code.
const SHELL: &str = "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1";

/// A headless browser with one page, which speaks the Chrome DevTools protocol.
pub(super) struct Browser {
    child: Child,
    requests: ChildStdin,
    answers: Receiver<Value>,
    last_id: u64,
    session: Option<String>,
    /// What the page complained about, and what it tried to load.
    complaints: Vec<String>,
    dir: TempDir,
}

impl Browser {
    /// Starts the browser; `None` if there is none and none was asked for.
    pub(super) fn start() -> Option<Self> {
        let required = env::var_os(BROWSER_VARIABLE);
        let name = required.clone().unwrap_or_else(|| "chromium".into());
        let there = Command::new(&name).arg("--version").output();
        if there.is_err() || cfg!(not(unix)) {
            assert!(required.is_none(), "`{}` does not start: {there:?}", name.display());
            eprintln!("no browser, so the page was not looked at");
            return None;
        }
        let dir = tempfile::tempdir().unwrap();
        let mut child = Command::new("sh")
            .args(["-c", SHELL, "sh"])
            .arg(name)
            .args(["--headless", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu"])
            .args(["--no-first-run", "--disable-background-networking", "--disable-sync"])
            .args(["--disable-component-update", "--disable-quic", "--hide-scrollbars"])
            .arg(format!("--user-data-dir={}", dir.path().join("profile").display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let requests = child.stdin.take().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, answers) = channel();
        thread::spawn(move || {
            let mut message = Vec::new();
            while stdout.read_until(0, &mut message).is_ok_and(|read| read > 0) {
                message.pop();
                if sender.send(serde_json::from_slice(&message).unwrap()).is_err() {
                    break;
                }
                message.clear();
            }
        });
        let mut browser = Self {
            child,
            requests,
            answers,
            last_id: 0,
            session: None,
            complaints: Vec::new(),
            dir,
        };
        let target = browser.call("Target.createTarget", json!({"url": "about:blank"}));
        let target = json!({"targetId": target["targetId"], "flatten": true});
        let attached = browser.call("Target.attachToTarget", target);
        browser.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Network", "Log"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        Some(browser)
    }

    /// Opens `page` from disk, at `hash`, and waits until it is built.
    pub(super) fn open(&mut self, page: &str, hash: &str) {
        let path = self.dir.path().join("report.html");
        fs::write(&path, page).unwrap();
        // The same file at another hash would not be loaded again.
        self.navigate("about:blank");
        self.navigate(&format!("file://{}{hash}", path.display()));
    }

    /// Follows an address within the page that is open, which is not loaded again.
    pub(super) fn follow(&mut self, hash: &str) {
        self.eval(&format!(
            "new Promise((done) => {{
                const before = location.href;
                addEventListener('hashchange', () => setTimeout(done), {{once: true}});
                location.hash = {};
                if (location.href === before) done();
            }})",
            json!(hash)
        ));
    }

    fn navigate(&mut self, url: &str) {
        self.call("Page.navigate", json!({"url": url}));
        self.truth(&format!(
            "document.readyState === 'complete' && location.href.startsWith({})",
            json!(url.split('#').next())
        ));
    }

    /// Evaluates an expression in the page; a promise is waited for.
    pub(super) fn eval(&mut self, expression: &str) -> Value {
        let answer = self.call(
            "Runtime.evaluate",
            json!({"expression": expression, "returnByValue": true, "awaitPromise": true}),
        );
        assert!(answer.get("exceptionDetails").is_none(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    /// Waits until an expression is true.
    #[track_caller]
    pub(super) fn truth(&mut self, expression: &str) {
        let is_true = format!(
            "new Promise((done) => {{
                let frames = 0;
                const look = () => {{
                    let found = false;
                    try {{ found = Boolean({expression}); }} catch {{}}
                    if (found || ++frames > 2000) done(found); else setTimeout(look, 10);
                }};
                look();
            }})"
        );
        if self.eval(&is_true) != json!(true) {
            let text = self.eval("document.body.innerText.slice(0, 1500)");
            panic!("not true: {expression}\n{}", text.as_str().unwrap_or_default());
        }
    }

    /// Returns the text that a person sees in the first element that `selector` finds.
    pub(super) fn text(&mut self, selector: &str) -> String {
        let element = format!("document.querySelector({})?.innerText ?? '(none)'", json!(selector));
        self.eval(&element).as_str().unwrap_or_default().to_owned()
    }

    /// Clicks in the middle of the first element that `selector` finds.
    #[track_caller]
    pub(super) fn click(&mut self, selector: &str) {
        let place = self.eval(&format!(
            "(() => {{
                const element = document.querySelector({});
                if (!element) return null;
                element.scrollIntoView({{block: 'center'}});
                const {{x, y, width, height}} = element.getBoundingClientRect();
                return [x + width / 2, y + height / 2];
            }})()",
            json!(selector)
        ));
        assert!(place.is_array(), "nothing to click on: {selector}");
        for kind in ["mousePressed", "mouseReleased"] {
            self.call(
                "Input.dispatchMouseEvent",
                json!({"type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1}),
            );
        }
    }

    /// Presses keys one after the other: `j`, `Enter`, `ArrowDown`.
    pub(super) fn keys(&mut self, keys: &[&str]) {
        for key in keys {
            let text = if key.chars().count() == 1 { *key } else { "" };
            let text = if *key == "Enter" { "\r" } else { text };
            let kind = if text.is_empty() { "rawKeyDown" } else { "keyDown" };
            self.call("Input.dispatchKeyEvent", json!({"type": kind, "key": key, "text": text}));
            self.call("Input.dispatchKeyEvent", json!({"type": "keyUp", "key": key}));
        }
    }

    /// Types a text where the cursor is.
    pub(super) fn enter(&mut self, text: &str) {
        self.call("Input.insertText", json!({"text": text}));
    }

    /// Gives the page a size, in CSS pixels.
    pub(super) fn resize(&mut self, width: u32, height: u32) {
        let is_phone = width < 600;
        self.call(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_phone}),
        );
    }

    /// Pretends that the person prefers `dark` or `light`.
    pub(super) fn prefer(&mut self, scheme: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.call("Emulation.setEmulatedMedia", json!({"media": "", "features": features}));
    }

    /// Shows the page as it is printed; [`prefer`](Self::prefer) takes it back to the screen.
    pub(super) fn print(&mut self) {
        self.call("Emulation.setEmulatedMedia", json!({"media": "print"}));
    }

    /// Leaves a picture for people, if they ask for pictures.
    pub(super) fn picture(&mut self, name: &str) {
        let Some(dir) = env::var_os(PICTURES_VARIABLE).map(PathBuf::from) else {
            return;
        };
        let picture = self.call("Page.captureScreenshot", json!({"format": "png"}));
        fs::create_dir_all(&dir).unwrap();
        let bytes = STANDARD.decode(picture["data"].as_str().unwrap()).unwrap();
        fs::write(dir.join(format!("{name}.png")), bytes).unwrap();
    }

    /// Returns exceptions, console errors, and every address but the page's own that was asked for.
    pub(super) fn complaints(&mut self) -> Vec<String> {
        // Whatever was on the way has arrived when the answer has.
        self.eval("1");
        std::mem::take(&mut self.complaints)
    }

    fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.last_id += 1;
        let mut request = json!({"id": self.last_id, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            request["sessionId"] = json!(session);
        }
        self.requests.write_all(format!("{request}\0").as_bytes()).unwrap();
        loop {
            let Ok(answer) = self.answers.recv_timeout(PATIENCE) else {
                panic!("the browser does not answer to `{method}`");
            };
            if answer["id"] == json!(self.last_id) {
                assert!(answer.get("error").is_none(), "{method}: {answer}");
                return answer["result"].clone();
            }
            self.note(&answer);
        }
    }

    fn note(&mut self, event: &Value) {
        let parameters = &event["params"];
        match event["method"].as_str().unwrap_or_default() {
            "Runtime.exceptionThrown" | "Log.entryAdded" => {
                self.complaints.push(parameters.to_string());
            }
            "Network.requestWillBeSent" => {
                let url = parameters["request"]["url"].as_str().unwrap_or_default();
                if !url.ends_with("/report.html") && url != "about:blank" {
                    self.complaints.push(format!("asked for {url}"));
                }
            }
            _ => {}
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.requests.write_all(b"{\"id\":0,\"method\":\"Browser.close\"}\0");
        // The shell has become the browser, whose end closes the pipe; one that hangs is ended.
        while self.answers.recv_timeout(Duration::from_secs(20)).is_ok() {}
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
