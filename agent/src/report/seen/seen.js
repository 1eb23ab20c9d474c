"use strict";
const rows = new Map([...document.querySelectorAll("tr[data-id]")].map((row) => [row.dataset.id, row]));
const marks = new Map([...document.querySelectorAll("i[data-id]")].map((mark) => [mark.dataset.id, mark]));
const count = document.getElementById("count");
let shown = null;
function show(id, scroll) {
  for (const part of shown ? [rows.get(shown), marks.get(shown)] : []) part.classList.remove("on");
  shown = id;
  for (const part of [rows.get(id), marks.get(id)]) part.classList.add("on");
  if (scroll) scroll.scrollIntoView({ block: "nearest" });
}
for (const [id, mark] of marks) mark.addEventListener("mouseenter", () => show(id, rows.get(id)));
for (const [id, row] of rows) row.addEventListener("mouseenter", () => show(id, marks.get(id)));
const search = document.getElementById("search");
function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let left = 0;
  for (const [id, row] of rows) {
    const text = row.textContent.toLowerCase();
    const fits = words.every((word) => text.includes(word));
    row.classList.toggle("out", !fits);
    marks.get(id).classList.toggle("out", !fits);
    left += fits;
  }
  count.textContent = `${left} of ${rows.size} elements`;
}
search.addEventListener("input", filter);
filter();
