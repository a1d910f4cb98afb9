//! There and back, every refusal once, and bytes that nobody meant.

use proptest::prelude::*;

use super::*;

const LIMITS: ZipLimits = ZipLimits { total_bytes: 1_000_000, entries: 100 };

fn file(path: &str, text: &str) -> ZipFile {
    (path.to_owned(), text.as_bytes().to_vec())
}

/// A zip with one number of its first directory entry changed.
fn changed(zip: &[u8], offset: usize, bytes: &[u8]) -> Vec<u8> {
    let at = zip.windows(4).position(|window| window == CENTRAL.to_le_bytes()).expect("a directory");
    let mut zip = zip.to_vec();
    zip[at + offset..at + offset + bytes.len()].copy_from_slice(bytes);
    zip
}

#[test]
fn hostile_zips_are_refused() {
    for path in ["../x", "a/../../x", "/x", "a//b", "C:x", "a\\b", "./x", "a/./b"] {
        assert_eq!(read_zip(&write_zip(&[file(path, "x")]), LIMITS), Err(ZipError::LeadsOut(path.to_owned())));
    }
    let twice = write_zip(&[file("a", "1"), file("a", "2")]);
    assert_eq!(read_zip(&twice, LIMITS), Err(ZipError::Twice("a".to_owned())));
    let zip = write_zip(&[file("a", "words")]);
    assert_eq!(read_zip(&changed(&zip, 8, &[1]), LIMITS), Err(ZipError::Encrypted("a".to_owned())));
    assert_eq!(read_zip(&changed(&zip, 10, &[99]), LIMITS), Err(ZipError::UnknownPacking("a".to_owned())));
    assert_eq!(read_zip(&changed(&zip, 40, &[0xff, 0xa1]), LIMITS), Err(ZipError::Link("a".to_owned())));
    assert_eq!(
        read_zip(&changed(&zip, 16, &[0]), LIMITS),
        Err(ZipError::Damaged("a file in it does not hold what it says"))
    );
    assert_eq!(read_zip(b"PK, but no zip", LIMITS), Err(ZipError::NotAZip));
    assert_eq!(read_zip(&[], LIMITS), Err(ZipError::NotAZip));
    let many: Vec<ZipFile> = (0..101).map(|number| file(&format!("{number}"), "")).collect();
    assert_eq!(read_zip(&write_zip(&many), LIMITS), Err(ZipError::TooMany(100)));
}

#[test]
fn a_bomb_is_refused_whether_or_not_it_says_so() {
    let bomb = write_zip(&[("zeros".to_owned(), vec![0; 50_000_000])]);
    assert!(bomb.len() < 100_000);
    assert_eq!(read_zip(&bomb, LIMITS), Err(ZipError::TooLarge(1)));
    let lying = changed(&bomb, 24, &1_000_u32.to_le_bytes());
    assert_eq!(read_zip(&lying, LIMITS), Err(ZipError::Damaged("a file in it does not hold what it says")));
    // Two entries over the same bytes.
    let pair = write_zip(&[("a".to_owned(), vec![7; 9_000]), ("b".to_owned(), vec![8; 9_000])]);
    let claim = u32::try_from(pair.len()).unwrap().to_le_bytes();
    assert_eq!(read_zip(&changed(&pair, 20, &claim), LIMITS), Err(ZipError::Damaged("its files overlap")));
}

#[test]
fn folders_are_passed_over_and_comments_may_follow() {
    let mut zip = write_zip(&[file("a/", ""), file("a/b", "words")]);
    let at = zip.len() - 2;
    zip[at] = 3;
    zip.extend(b"abc");
    assert_eq!(read_zip(&zip, LIMITS), Ok(vec![file("a/b", "words")]));
}

proptest! {
    #[test]
    fn what_is_written_is_read(contents in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..2_000), 0..5)) {
        let files: Vec<ZipFile> = (0..).zip(contents).map(|(number, bytes)| (format!("ä/{number}.md"), bytes)).collect();
        prop_assert_eq!(read_zip(&write_zip(&files), LIMITS), Ok(files));
    }

    #[test]
    fn no_bytes_make_it_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..200), at in 0_usize..200, value in any::<u8>()) {
        let _ = read_zip(&bytes, LIMITS);
        bytes = write_zip(&[("a".to_owned(), bytes)]);
        let at = at % bytes.len();
        bytes[at] = value;
        let _ = read_zip(&bytes, LIMITS);
    }
}
