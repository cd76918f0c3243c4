// The search of the index page: all sections that contain all words, headings first.

const MOST = 30; // results shown
const all = JSON.parse(document.getElementById("sections").textContent);
const input = document.getElementById("search-words");
const count = document.getElementById("search-count");
const list = document.getElementById("search-found");

function sectionsWith(words) {
  const found = [];
  for (const section of all) {
    const heading = section.heading.toLowerCase(), text = section.text.toLowerCase();
    if (words.every((word) => heading.includes(word) || text.includes(word))) {
      const rank = words.filter((word) => heading.includes(word)).length;
      found.push({ ...section, rank, at: Math.max(text.indexOf(words[0]), 0) });
    }
  }
  return found.sort((one, other) => other.rank - one.rank); // equal ones stay in order
}

function update() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = words.length ? sectionsWith(words) : [];
  const plural = found.length === 1 ? "section" : "sections";
  const more = found.length > MOST ? `, the first ${MOST} shown` : "";
  count.textContent = words.length ? `${found.length} ${plural}${more}` : "";
  list.replaceChildren(...found.slice(0, MOST).map(({ link, page, heading, text, at }) => {
    const item = document.createElement("li"), to = document.createElement("a");
    to.href = link;
    to.textContent = heading === page ? page : `${page}: ${heading}`;
    const from = Math.max(at - 60, 0);
    item.append(to, document.createElement("br"),
      `${from ? "… " : ""}${text.slice(from, from + 180)} …`);
    return item;
  }));
}

input.addEventListener("input", update);
input.form.addEventListener("submit", (event) => event.preventDefault());
input.form.hidden = false;
update(); // a browser may bring back what was typed before
