// What each screen of the sheet shows: its elements with their boxes, and every character's place.
(() => {
  const visible = (x, y, node) => {
    const top = document.elementFromPoint(x, y);
    return top && (top === node || node.contains(top) || top.contains(node));
  };
  const union = (rects) => rects.length === 0 ? null : [
    Math.min(...rects.map((r) => r.left)), Math.min(...rects.map((r) => r.top)),
    Math.max(...rects.map((r) => r.right)), Math.max(...rects.map((r) => r.bottom))];
  const textRect = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return union([...range.getClientRects()].filter((r) => r.width > 0));
  };
  const characters = (screen, place) => {
    const found = [];
    const walker = document.createTreeWalker(screen, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.parentNode.closest("select")) continue;
      const text = node.data;
      for (let at = 0; at < text.length; at += 1) {
        if (!text[at].trim()) continue;
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        const r = range.getBoundingClientRect();
        const [x, y] = [(r.left + r.right) / 2, (r.top + r.bottom) / 2];
        if (r.width === 0 || x < place.left || x > place.right || y < place.top || y > place.bottom) continue;
        if (visible(x, y, node.parentNode)) found.push([text[at], x - place.left, y - place.top]);
      }
    }
    return found;
  };
  const element = (node, place, screen) => {
    const box = node.getBoundingClientRect();
    const name = node.dataset.n && screen.querySelector(`[data-t="${node.dataset.n}"]`);
    const text = textRect(name || node);
    const kind = node.dataset.k;
    const x = kind === "field" || kind === "list" ? box.left + Math.min(box.width / 2, 32) : text && (text[0] + text[2]) / 2;
    const y = (box.top + box.bottom) / 2;
    const local = (r) => [r[0] - place.left, r[1] - place.top, r[2] - place.left, r[3] - place.top];
    if (!text || !visible(x, y, node)) return null;
    const whole = [box.left, box.top, box.right, box.bottom];
    const seen = [whole, text].every((r) => r[0] >= place.left && r[1] >= place.top && r[2] <= place.right && r[3] <= place.bottom);
    const free = (r) => [r[0] + 2, r[2] - 2].every((at) => visible(at, (r[1] + r[3]) / 2, r === text && name ? name : node));
    if (!seen || !free(text) || !free(whole)) return null;
    return { kind, label: node.dataset.l, box: local(whole), text: local(text), point: [x - place.left, y - place.top],
      on: node.dataset.on === "1", group: node.dataset.g || null, value: node.dataset.v || null };
  };
  return [...document.querySelectorAll(".screen")].map((screen) => {
    const place = screen.getBoundingClientRect();
    const unread = [...screen.querySelectorAll("input[value], input[placeholder], select")].map((node) => node.getBoundingClientRect())
      .map((r) => [r.left - place.left, r.top - place.top, r.right - place.left, r.bottom - place.top]);
    return { elements: [...screen.querySelectorAll("[data-k]")].map((node) => element(node, place, screen)).filter(Boolean),
      chars: characters(screen, place), unread };
  });
})()
