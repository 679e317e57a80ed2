// Builds elements. Text always becomes a text node: nothing from outside is ever read as markup.

/** An element with properties ("on…" listeners, "aria-…" and "data-…" attributes) and children. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'class') element.className = value;
    else if (name in element && !name.includes('-') && name !== 'list') element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

/** Changes a text only when it is another one, so that screen readers and selections are left alone. */
export function setText(element, text) {
  if (element.textContent !== String(text)) element.textContent = text;
}

/** Says something to screen readers. */
export function announce(text) {
  setText(document.getElementById('announcer'), text);
}

/** Calls at most once per frame. */
export function perFrame(draw) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      draw();
    });
  };
}

/** Calls once no other call has come for a while. */
export function debounce(call, milliseconds) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(call, milliseconds);
  };
}

let fields = 0;

/** A labelled field; the hint belongs to it for screen readers too. */
export function field(label, control, hint) {
  control.id ||= `field-${++fields}`;
  const note = hint ? h('small', { id: `${control.id}-hint` }, hint) : null;
  if (note) control.setAttribute('aria-describedby', note.id);
  return h('div', { class: 'field' }, h('label', { htmlFor: control.id }, label), control, note);
}
