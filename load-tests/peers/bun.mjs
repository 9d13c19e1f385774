// Bun's own publish and subscribe, which is that of uWebSockets: every socket of /listen is in one topic, and what comes
// from /publish goes to it. `bun bun.mjs PORT`
const server = Bun.serve({
  hostname: '127.0.0.1',
  port: Number(process.argv[2]),
  fetch(request, server) {
    const data = { publishes: new URL(request.url).pathname === '/publish' };
    return server.upgrade(request, { data }) ? undefined : new Response('a WebSocket is wanted', { status: 400 });
  },
  websocket: {
    perMessageDeflate: false,
    open(socket) {
      if (!socket.data.publishes) socket.subscribe('room');
    },
    message(socket, text) {
      if (socket.data.publishes) server.publish('room', text);
    },
  },
});
console.log('ready', server.port);
