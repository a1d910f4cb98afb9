//! Calls about a volume's remote: what two devices share through one, and addresses that are refused.

use super::*;

#[test]
fn two_devices_share_a_team_through_its_remote() {
    let (alice, mut bob) = (Device::new(), Device::new());
    // Bob's device sees the same remotes.
    bob.manager =
        pollster::block_on(VolumeManager::open(alice.manager.storage().other_device())).expect("memory opens");
    let url = "https://git.example.org/acme.git";
    for device in [&alice, &bob] {
        device.done("POST", "/teams", json!({ "team_id": "acme", "name": "Acme" }));
        device.done("POST", "/volumes/remote", json!({ "volume": "team/acme", "url": url }));
    }
    let sync = |device: &Device| device.done("POST", "/volumes/sync", json!({ "volume": "team/acme" }));
    let put = |device: &Device, path: &str, content: &str| {
        device.done("PUT", &format!("/volumes/file?volume=team/acme&path={path}"), json!({ "content": content }));
    };
    let read = |device: &Device, path: &str| {
        let bytes = device.call("GET", &format!("/volumes/file?volume=team/acme&path={path}"), None).bytes;
        String::from_utf8(bytes.unwrap_or_default()).expect("text")
    };

    put(&alice, "memory/a.md", "one\ntwo\nthree\n");
    let first = sync(&alice);
    assert_eq!((&first["state"], &first["pushed"]), (&json!("done"), &json!(2)));
    sync(&bob);
    assert_eq!(read(&bob, "memory/a.md"), "one\ntwo\nthree\n");

    // Different lines come together by themselves.
    put(&alice, "memory/a.md", "ONE\ntwo\nthree\n");
    put(&bob, "memory/a.md", "one\ntwo\nTHREE\n");
    sync(&alice);
    assert_eq!(sync(&bob)["state"], "done");
    sync(&alice);
    assert_eq!(
        (read(&alice, "memory/a.md"), read(&bob, "memory/a.md")),
        ("ONE\ntwo\nTHREE\n".into(), "ONE\ntwo\nTHREE\n".into())
    );

    // The same line is for a person to decide, and nothing moves before.
    put(&alice, "memory/a.md", "uno\ntwo\nTHREE\n");
    put(&bob, "memory/a.md", "eins\ntwo\nTHREE\n");
    sync(&alice);
    let undecided = sync(&bob);
    assert_eq!((&undecided["state"], &undecided["conflicts"][0]["path"]), (&json!("conflicts"), &json!("memory/a.md")));
    assert_eq!(undecided["conflicts"][0]["theirs"], "uno\ntwo\nTHREE\n");
    assert_eq!(read(&bob, "memory/a.md"), "eins\ntwo\nTHREE\n");
    let choice = json!({ "volume": "team/acme", "resolutions": [{ "path": "memory/a.md", "content": "uno, eins\ntwo\nTHREE\n" }] });
    assert_eq!(bob.done("POST", "/volumes/resolve", choice)["state"], "done");
    sync(&alice);
    assert_eq!(read(&alice, "memory/a.md"), "uno, eins\ntwo\nTHREE\n");

    // A proposal travels too, with what is said of it.
    bob.done("POST", "/skills", json!({ "skill_id": "tea", "description": "Brewing", "content": "80 degrees" }));
    bob.done("POST", "/proposals", json!({ "skill_id": "tea", "reason": "Good" }));
    sync(&bob);
    sync(&alice);
    let open = alice.done("GET", "/proposals?state=open", Value::Null);
    assert_eq!(open["proposals"][0]["skill_id"], "tea", "{open}");
    alice.done("POST", "/proposals/team%2Facme%3Apr%2Fme%2Ftea/merge", Value::Null);
    sync(&alice);
    sync(&bob);
    assert_eq!(bob.done("GET", "/proposals", Value::Null)["proposals"][0]["state"], "merged");
    let remote = bob.done("GET", "/volumes/remote?volume=team/acme", Value::Null);
    assert_eq!((&remote["remote"]["ahead"], &remote["remote"]["behind"]), (&json!(0), &json!(0)));
}

#[test]
fn a_remote_is_refused_in_words() {
    let device = Device::new();
    let set = |url: &str, transport: &str| {
        device.refused(
            "POST",
            "/volumes/remote",
            json!({ "volume": "user/me", "url": url, "transport": transport }),
            422,
        )
    };
    assert!(set("git@github.com:a/b.git", "http").contains("https://"));
    assert!(set("https://me:secret@git.example.org/a.git", "http").contains("password"));
    assert!(set("https://git.example.org/a.git", "proxy").contains("proxy"));
    assert!(device.refused("POST", "/volumes/sync", json!({ "volume": "user/me" }), 409).contains("no remote"));
}
