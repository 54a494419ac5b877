"""Print `grammar/src/printable.rs` from what the Python that runs this calls printable."""
import unicodedata

ranges = []
for code in range(0x80, 0x110000):
    if chr(code).isprintable() or 0xD800 <= code < 0xE000:
        continue
    if ranges and (code == ranges[-1][1] + 1 or code == 0xE000 and ranges[-1][1] == 0xD7FF):
        ranges[-1][1] = code
    else:
        ranges.append([code, code])

print(f"""//! What `str.isprintable` says no to beyond ASCII: the characters of Unicode {unicodedata.unidata_version} that have no
//! picture, and those that it does not assign. Made by `tests/tools/make_printable.py`.

/// Whether `c` has a picture in the Unicode of Python 3.13.
pub fn is_printable(c: char) -> bool {{
    let code = c as u32;
    if code < 0x80 {{
        return !c.is_control();
    }}
    let after = UNPRINTABLE.partition_point(|range| range.0 <= code);
    after == 0 || UNPRINTABLE[after - 1].1 < code
}}

#[rustfmt::skip]
const UNPRINTABLE: [(u32, u32); {len(ranges)}] = [""")
for at in range(0, len(ranges), 5):
    print("    " + " ".join(f"(0x{a:X}, 0x{b:X})," for a, b in ranges[at:at + 5]))
print("];")
