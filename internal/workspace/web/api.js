// What is asked of the workspace, and what it tells.

// ask answers JSON, or throws an Error whose message is for the person at the page.
export async function ask(path, params = {}) {
  return answer(await fetch(path + '?' + new URLSearchParams(params)).catch(away));
}

// act does something as a person; the app's answer to it comes as an event.
export async function act(deed) {
  return answer(await fetch('/do', {
    method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(deed),
  }).catch(away));
}

function away() {
  throw new Error('The workspace is not running. Start ahtbot demo again; this page then goes on by itself.');
}

async function answer(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error || 'The workspace did not answer. Reload the page.');
  return body;
}

// follow listens for events as a person. It returns a function that ends it.
export function follow(me, on) {
  return window.SharedWorker && navigator.locks ? shared(me, on) : alone(me, on);
}

let worker, held;
const lock = 'tab-' + crypto.randomUUID();

// shared listens by the stream of all tabs.
function shared(me, on) {
  if (!worker) {
    worker = new SharedWorker('/web/streams.js').port;
    // It shows the worker that this tab lives, which therefore has to have it first.
    held = new Promise((got) => navigator.locks.request(lock, () => { got(); return new Promise(() => {}); }));
  }
  const hear = ({data}) => on(data.name, data.what);
  worker.addEventListener('message', hear);
  worker.start();
  held.then(() => worker.postMessage({me, lock}));
  return () => worker.removeEventListener('message', hear);
}

// alone listens by a stream of this tab's own while the tab is looked at, where a browser has no shared workers.
function alone(me, on) {
  let source, later;
  const open = () => {
    if (source || document.hidden) return;
    source = new EventSource('/events?' + new URLSearchParams({as: me}));
    for (const name of ['hello', 'message', 'screen', 'toast']) {
      source.addEventListener(name, (e) => on(name, JSON.parse(e.data)));
    }
    source.addEventListener('error', () => {
      on('away');
      if (source?.readyState === EventSource.CLOSED) { close(); later = setTimeout(open, 3000); }
    });
  };
  const close = () => { clearTimeout(later); source?.close(); source = undefined; };
  const look = () => (document.hidden ? close() : open());
  document.addEventListener('visibilitychange', look);
  open();
  return () => { document.removeEventListener('visibilitychange', look); close(); };
}
