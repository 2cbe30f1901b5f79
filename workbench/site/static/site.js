// What a page gains where scripts run: copy buttons, sorted boards, a submission that updates
// itself. Without them every page says and does the same.
"use strict";

function addCopyButtons() {
  if (!navigator.clipboard) return;
  for (const block of document.querySelectorAll("pre[data-copy]")) {
    const text = block.textContent;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = block.dataset.copy;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text.trim());
      button.textContent = block.dataset.copied;
      setTimeout(() => { button.textContent = block.dataset.copy; }, 2000);
    });
    block.classList.add("with-copy");
    block.append(button);
  }
}

function valueOf(row, column) {
  const cell = row.cells[column];
  return cell.dataset.value ?? cell.textContent.trim();
}

function compare(a, b, kind) {
  if (a === "" || b === "") return (a === "") - (b === "");
  if (kind === "text") return a.localeCompare(b, document.documentElement.lang, {numeric: true});
  return Number(a) - Number(b);
}

function sortBy(table, column, kind, down) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  rows.sort((one, two) => {
    const [a, b] = [valueOf(one, column), valueOf(two, column)];
    const found = compare(a, b, kind);
    return down && a !== "" && b !== "" ? -found : found;
  });
  body.append(...rows);
}

function makeSortable(table) {
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    const kind = heading.dataset.sort;
    if (!kind) return;
    const label = heading.querySelector(".name") ?? heading;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...label.childNodes);
    label.append(button);
    button.addEventListener("click", () => {
      const before = heading.getAttribute("aria-sort");
      const first = kind === "number" ? "descending" : "ascending";
      const other = first === "ascending" ? "descending" : "ascending";
      const now = before === first ? other : first;
      for (const cell of table.tHead.rows[0].cells) cell.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", now);
      sortBy(table, column, kind, now === "descending");
      table.classList.toggle("sorted", !(kind === "rank" && now === "ascending"));
    });
  });
}

// A part of a page marked data-live is fetched again until it no longer says that it waits.
function follow(part) {
  const every = Number(part.dataset.live) * 1000;
  const again = async () => {
    let next = part;
    try {
      const answer = await fetch(location.href, {headers: {Accept: "text/html"}});
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const found = page.getElementById(part.id);
        if (found && found.innerHTML !== part.innerHTML) part.innerHTML = found.innerHTML;
        if (found && !found.dataset.live) next = null;
      }
    } catch { /* the server is away: ask again */ }
    if (next) setTimeout(again, every);
    else part.removeAttribute("data-live");
  };
  setTimeout(again, every);
}

addCopyButtons();
document.querySelectorAll("table[data-sortable]").forEach(makeSortable);
document.querySelectorAll("[data-live]").forEach(follow);
