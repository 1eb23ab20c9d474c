"use strict";
const frames = JSON.parse(document.getElementById("frames").textContent);
for (const img of document.querySelectorAll("img[data-frame]")) {
  if (frames[img.dataset.frame]) img.src = frames[img.dataset.frame];
}
for (const slider of document.querySelectorAll(".slider")) {
  const shot = slider.previousElementSibling;
  const move = () => shot.style.setProperty("--at", slider.value + "%");
  slider.addEventListener("input", move);
  move();
}
const cards = [...document.querySelectorAll(".step")];
document.addEventListener("keydown", (event) => {
  if (event.target.matches(".slider") || event.ctrlKey || event.metaKey || event.altKey) return;
  const way = { j: 1, ArrowRight: 1, k: -1, ArrowLeft: -1 }[event.key];
  if (!way || !cards.length) return;
  const at = cards.indexOf(document.activeElement.closest(".step"));
  const next = cards[Math.max(0, Math.min(cards.length - 1, at + way))];
  next.focus();
  next.scrollIntoView({ block: "start" });
  event.preventDefault();
});
