// A worker that all tabs of a browser share: one stream for each person that is looked at, however many tabs there are. A browser
// allows six connections to one address, and a stream of each tab's own would use them up.

const names = ['hello', 'message', 'screen', 'toast'];
const streams = new Map(); // by person: {source, ports, open}

onconnect = (e) => {
  const port = e.ports[0];
  let me;
  port.onmessage = ({data}) => {
    // The tab holds this lock for as long as it lives.
    if (me === undefined) navigator.locks.request(data.lock, () => leave(me, port));
    else leave(me, port);
    me = data.me;
    join(me, port);
  };
};

function join(me, port) {
  const s = streams.get(me) || {ports: new Set(), open: false};
  streams.set(me, s);
  s.ports.add(port);
  if (s.open) port.postMessage({name: 'hello', what: {me}}); // it has missed nothing that the state does not have
  if (!s.source) listen(me, s);
}

function leave(me, port) {
  const s = streams.get(me);
  if (!s || !s.ports.delete(port) || s.ports.size) return;
  clearTimeout(s.later);
  s.source?.close();
  streams.delete(me);
}

function listen(me, s) {
  const tell = (name, what) => s.ports.forEach((p) => p.postMessage({name, what}));
  s.source = new EventSource('/events?' + new URLSearchParams({as: me}));
  for (const name of names) {
    s.source.addEventListener(name, (e) => {
      s.open = true;
      tell(name, JSON.parse(e.data));
    });
  }
  s.source.addEventListener('error', () => {
    s.open = false;
    tell('away');
    // The browser tries again by itself, unless it was refused for good.
    if (s.source.readyState === EventSource.CLOSED) s.later = setTimeout(() => listen(me, s), 3000);
  });
}
