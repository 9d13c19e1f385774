// Socket.IO as its pages on performance and memory advise: WebSockets only, no compression, no reference to the request
// that opened a socket. `node socketio.mjs PORT`
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const http = createServer();
const io = new Server(http, {
  transports: ['websocket'],
  perMessageDeflate: false,
  httpCompression: false,
  serveClient: false,
});
io.engine.on('connection', (socket) => {
  socket.request = null;
});
io.on('connection', (socket) => {
  socket.on('publish', (message) => io.emit('message', message));
});
http.listen(Number(process.argv[2]), '127.0.0.1', 1024, () => console.log('ready'));
