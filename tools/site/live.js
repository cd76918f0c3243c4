// Brings the explorers of a page to life: a plain object stands in for the kernel's model.

// What a widget's module expects of a model. Nobody is told of a change but the handlers here.
function makeModel(state) {
  const handlers = {};
  const fire = (event, ...values) => [...(handlers[event] ?? [])].forEach((run) => run(...values));
  const model = {
    get: (name) => state[name],
    set(name, value) {
      if (isSame(state[name], value)) return;
      state[name] = value;
      fire(`change:${name}`, model, value);
      fire("change", model);
    },
    save_changes() {},
    on: (event, run) => void (handlers[event] ??= []).push(run),
    off(event, run) {
      handlers[event] = run ? (handlers[event] ?? []).filter((other) => other !== run) : [];
    },
  };
  return model;
}

function isSame(old, value) {
  const plain = [old, value].every((one) => one instanceof Object && !ArrayBuffer.isView(one));
  return Object.is(old, value) || (plain && JSON.stringify(old) === JSON.stringify(value));
}

// Python's bytes arrive in base64, each with its path inside the state.
function withBuffers(state, buffers) {
  for (const { path, data } of buffers) {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const parent = path.slice(0, -1).reduce((part, name) => part[name], state);
    parent[path.at(-1)] = new DataView(bytes.buffer);
  }
  return state;
}

async function load(text) {
  const module = new Blob([text], { type: "text/javascript" });
  return (await import(URL.createObjectURL(module))).default;
}

async function start({ module, state, buffers }, widgets) {
  const widget = await widgets[module], model = makeModel(withBuffers(state, buffers));
  await widget.initialize?.({ model });
  return { widget, model };
}

// The still picture stays until the live one stands, and for good if that fails.
async function show(box, started) {
  const still = [...box.childNodes], el = document.createElement("div");
  box.append(el);
  try {
    const { widget, model } = await started;
    await widget.render({ model, el });
    still.forEach((node) => node.remove());
  } catch (error) {
    el.remove();
    console.error(error);
  }
}

const embedded = document.getElementById("explorers")?.textContent ?? '{"modules": []}';
const { models, modules } = JSON.parse(embedded);
const widgets = modules.map(load), running = {};
for (const box of document.querySelectorAll("[data-model]")) {
  const { model } = box.dataset; // two pictures of one model move together
  show(box, (running[model] ??= start(models[model], widgets)));
}

// A box that scrolls sideways can be scrolled with the keyboard.
new ResizeObserver(() => document.querySelectorAll("pre, .scroll, [data-model]").forEach((box) => {
  if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  else box.removeAttribute("tabindex");
})).observe(document.body);

// Paper shows every answer; the screen afterwards hides again what was hidden.
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open])")];
  opened.forEach((answer) => (answer.open = true));
});
addEventListener("afterprint", () => opened.forEach((answer) => (answer.open = false)));
