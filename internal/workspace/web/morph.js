// Puts new HTML in the place of old without taking anything away that stays: the focus, the cursor, what is half typed, an open
// list. An element is the same when its tag and its key are.

const key = (n) => n.dataset ? (n.dataset.key || [n.dataset.view, n.dataset.block, n.dataset.action, n.dataset.value].join('/')) : '';
const same = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && key(a) === key(b);

// morph makes the children of node those that html says.
export function morph(node, html) {
  const wanted = document.createElement('template');
  wanted.innerHTML = html;
  children(node, wanted.content);
}

function children(now, wanted) {
  let at = now.firstChild;
  for (const next of [...wanted.childNodes]) {
    let found = at;
    while (found && !same(found, next)) found = found.nextSibling;
    if (!found) {
      now.insertBefore(next, at);
      continue;
    }
    while (at !== found) at = removed(at);
    one(found, next);
    at = found.nextSibling;
  }
  while (at) at = removed(at);
}

function removed(n) {
  const next = n.nextSibling;
  n.remove();
  return next;
}

function one(now, next) {
  if (now.nodeType !== Node.ELEMENT_NODE) {
    if (now.nodeValue !== next.nodeValue) now.nodeValue = next.nodeValue;
    return;
  }
  if (now.dataset.keep !== undefined) return; // what the page itself is drawing
  for (const {name} of [...now.attributes]) if (!next.hasAttribute(name) && name !== 'open' && name !== 'id') now.removeAttribute(name);
  for (const {name, value} of next.attributes) if (now.getAttribute(name) !== value) now.setAttribute(name, value);
  if (now === document.activeElement && typing(now)) return;
  if ('checked' in now) now.checked = next.hasAttribute('checked');
  if (now.nodeName === 'INPUT' && now.value !== next.value) now.value = next.value;
  children(now, next);
  if (now.nodeName === 'TEXTAREA' && now.value !== next.textContent) now.value = next.textContent;
}

const typing = (n) => n.nodeName === 'TEXTAREA' || n.nodeName === 'INPUT' && !['checkbox', 'radio', 'button'].includes(n.type);
