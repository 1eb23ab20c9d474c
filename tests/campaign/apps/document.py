"""Writes a document of three pages, doc.pdf, by hand: no library for that is needed."""

pages = ["Page one", "Page two", "Page three"]
objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(pages)))
objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>")
objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
for at, text in enumerate(pages):
    drawn = f"BT /F1 40 Tf 60 380 Td ({text}) Tj ET"
    resources = "<< /Font << /F1 3 0 R >> >>"
    objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 500] /Contents {5 + 2 * at} 0 R /Resources {resources} >>")
    objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
written, places = "%PDF-1.4\n", []
for number, body in enumerate(objects, 1):
    places.append(len(written))
    written += f"{number} 0 obj\n{body}\nendobj\n"
start = len(written)
written += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n" + "".join(f"{place:010} 00000 n \n" for place in places)
written += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
open("doc.pdf", "w").write(written)
