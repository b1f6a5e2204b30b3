"""Texts whose number of SMS is known; the product and the browser are both held to them."""

# Text, encoding, units, segments, what forces UCS-2.
KNOWN = [
    ("", "GSM-7", 0, 0, ""),
    ("Hello", "GSM-7", 5, 1, ""),
    ("a" * 160, "GSM-7", 160, 1, ""),
    ("a" * 161, "GSM-7", 161, 2, ""),
    ("a" * 306, "GSM-7", 306, 2, ""),
    ("a" * 307, "GSM-7", 307, 3, ""),
    ("[€]", "GSM-7", 6, 1, ""),
    ("a" * 159 + "€", "GSM-7", 161, 2, ""),
    ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3, ""),  # the two halves of € stay together
    ("Zürich @ 5 £", "GSM-7", 12, 1, ""),
    ("ç", "UCS-2", 1, 1, "ç"),  # only its capital is in the alphabet
    ("Привіт", "UCS-2", 6, 1, "Привіт"),
    ("ї" * 70, "UCS-2", 70, 1, "ї"),
    ("ї" * 71, "UCS-2", 71, 2, "ї"),
    ("ї" * 134, "UCS-2", 134, 2, "ї"),
    ("ї" * 135, "UCS-2", 135, 3, "ї"),
    ("a" * 68 + "😀", "UCS-2", 70, 1, "😀"),
    ("a" * 66 + "😀" + "a" * 66, "UCS-2", 134, 3, "😀"),
    ("It’s — late…", "UCS-2", 12, 1, "’—…"),
    ("€" * 35 + "ї" * 35, "UCS-2", 70, 1, "ї"),
]
