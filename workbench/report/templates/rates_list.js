"use strict";
(() => {
  const table = document.querySelector("#list");
  const tools = document.querySelector("#tools");
  if (!table || !tools) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const box = tools.querySelector("input");
  const group = tools.querySelector("select");
  const said = tools.querySelector("output");
  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const texts = rows.map((row) => plain(row.dataset.find));
  const filter = () => {
    const words = plain(box.value).split(/\s+/).filter(Boolean);
    let count = 0;
    rows.forEach((row, i) => {
      const fits = (!group.value || row.dataset.group === group.value) && words.every((w) => texts[i].includes(w));
      row.hidden = !fits;
      count += fits;
    });
    said.textContent = said.dataset.said.replace("{n}", count).replace("{all}", rows.length);
  };
  const order = (head, column) => {
    const down = head.getAttribute("aria-sort") === (head.dataset.first || "ascending");
    const first = head.dataset.first || "ascending";
    const next = down ? (first === "ascending" ? "descending" : "ascending") : first;
    table.querySelectorAll("thead th").forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", next);
    const sign = next === "ascending" ? 1 : -1;
    const number = head.classList.contains("number");
    const key = (row) => row.cells[column].dataset.sort ?? "";
    const sorted = [...rows].sort((a, b) => {
      const [x, y] = [key(a), key(b)];
      if (x === "" || y === "") return (x === "") - (y === "");
      return sign * (number ? x - y : x.localeCompare(y, document.documentElement.lang));
    });
    body.append(...sorted);
  };
  table.querySelectorAll("thead th").forEach((head, column) => {
    if (!("sortable" in head.dataset)) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => order(head, column));
  });
  box.addEventListener("input", filter);
  group.addEventListener("change", filter);
  tools.hidden = false;
  filter();
})();
