// What a page is asked: functions that return what is wrong, in words.
"use strict";

function structure() {
  const wrong = [];
  const all = (what) => [...document.querySelectorAll(what)];
  const name = (e) => (e.getAttribute("aria-label") || e.textContent || "").trim();
  if (all("h1").length !== 1) wrong.push("not one h1");
  for (const what of ["main", "nav", "header", "footer"])
    if (!document.querySelector(what)) wrong.push("no " + what);
  if (!document.title.trim()) wrong.push("no title");
  const skip = document.querySelector("a.skip");
  if (!skip || !document.querySelector(skip.getAttribute("href"))) wrong.push("no skip link");
  const ids = all("[id]").map((e) => e.id);
  for (const id of new Set(ids)) if (ids.filter((i) => i === id).length > 1) wrong.push("id twice: " + id);
  for (const e of all("[aria-labelledby],[aria-describedby]"))
    for (const id of (e.getAttribute("aria-labelledby") + " " + e.getAttribute("aria-describedby")).split(" "))
      if (id && id !== "null" && !document.getElementById(id)) wrong.push("refers to nothing: " + id);
  for (const e of all("input:not([type=hidden]):not([hidden]), select, textarea"))
    if (!e.labels || !e.labels.length || !e.labels[0].textContent.trim()) wrong.push("no label: " + e.outerHTML);
  for (const e of all("a[href], button, summary")) if (!name(e)) wrong.push("no name: " + e.outerHTML);
  for (const t of all("table")) {
    if (!t.closest(".prose") && (!t.caption || !t.caption.textContent.trim())) wrong.push("no caption");
    for (const th of t.querySelectorAll("th")) if (!th.scope) wrong.push("th without scope: " + th.textContent);
    for (const row of t.tBodies[0].rows)
      if (!t.closest(".prose") && !row.querySelector("th[scope=row]")) wrong.push("row without heading");
  }
  for (const e of all("svg"))
    if (e.getAttribute("aria-hidden") !== "true" && !(e.getAttribute("role") === "img" && e.getAttribute("aria-label")))
      wrong.push("figure without words");
  for (const e of all("[role=region]")) if (!e.getAttribute("aria-label")) wrong.push("region without name");
  for (const e of all("nav, [role=navigation]")) if (!e.getAttribute("aria-label")) wrong.push("nav without name");
  let before = 1;
  for (const e of all("h1,h2,h3,h4,h5,h6")) {
    const level = Number(e.tagName[1]);
    if (level > before + 1) wrong.push("heading skips to " + e.tagName + ": " + e.textContent);
    before = level;
  }
  for (const e of all("main *")) {
    const r = e.getBoundingClientRect();
    const free = e.closest(".scroll, pre, svg, .away, .skip");
    if (!free && r.width && r.right > innerWidth + 1) wrong.push("too wide: " + e.outerHTML.slice(0, 90));
  }
  if (document.documentElement.scrollWidth > innerWidth) wrong.push("the page scrolls sideways");
  return wrong;
}

const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
const parts = (color) => {
  canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255];
};
const over = (top, below) => top.slice(0, 3).map((v, i) => v * top[3] + below[i] * (1 - top[3]));

// Relative luminance, WCAG 2.
const light = (rgb) => {
  const [r, g, b] = rgb.slice(0, 3).map((v) => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
  return .2126 * r + .7152 * g + .0722 * b;
};

// Texts below the contrast WCAG AA asks for.
function contrast() {
  const behind = (e) => {
    const stack = [];
    for (let at = e; at; at = at.parentElement) stack.push(parts(getComputedStyle(at).backgroundColor));
    return stack.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
  };
  const low = [], seen = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const e = node.parentElement;
    if (!node.textContent.trim() || e.closest("script, noscript, style, title, .skip") || !e.getClientRects().length) continue;
    const style = getComputedStyle(e);
    const inside = e.closest("svg") && !(e instanceof HTMLElement);
    const ground = behind(inside ? e.closest("svg").parentElement : e);
    const ink = over(parts(inside ? style.fill : style.color), ground);
    const [a, b] = [light(ink), light(ground)].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05), px = parseFloat(style.fontSize);
    const large = px >= 24 || (px >= 18.66 && Number(style.fontWeight) >= 700);
    const key = e.className + style.color + ground;
    // Words over a cell of a map: the cell is no ancestor; the map's own test looks at those.
    const mapped = inside && e.classList.contains("corner");
    if (ratio < (large ? 3 : 4.5) && !seen.has(key) && !mapped) {
      seen.add(key); low.push(ratio.toFixed(2) + ": " + node.textContent.trim().slice(0, 40));
    }
  }
  return low;
}

// Marks and lines of figures, and edges of fields, below 3.
function edges() {
  const root = getComputedStyle(document.documentElement);
  const color = (name) => root.getPropertyValue(name).trim();
  const low = [];
  for (const mark of ["--model", "--baseline", "--floor", "--quiet", "--ink"])
    for (const ground of ["--paper", "--card"]) {
      const [a, b] = [light(parts(color(mark))), light(parts(color(ground)))].sort((x, y) => y - x);
      if ((a + .05) / (b + .05) < 3) low.push(mark + " on " + ground);
    }
  return low;
}
