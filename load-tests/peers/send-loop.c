// The floor of CPU for a write: a process that does nothing but send() each publication to each socket, one after the
// other. It speaks only as much of WebSockets as the benchmark's client needs, which looks neither at the key of the
// handshake nor sends a message in parts; a reader that stalls stops it. `send-loop PORT`
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SOCKETS_MAX = 20000, EVENTS_MAX = 256, INPUT_BYTES = 1 << 20, FRAME_BYTES = 1 << 16, HEAD_BYTES_MAX = 4 };

enum role { OPENING, LISTENS, PUBLISHES };

static enum role roles[SOCKETS_MAX];
static int place[SOCKETS_MAX]; // of a listener in the list, by its descriptor
static int listeners[SOCKETS_MAX];
static int listener_count;
static unsigned char input[INPUT_BYTES]; // of the one publisher
static size_t input_length;
static unsigned char frame[HEAD_BYTES_MAX + FRAME_BYTES];

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void broadcast(const unsigned char *payload, const unsigned char *mask, size_t length) {
  size_t head = length < 126 ? 2 : 4;
  frame[0] = 0x81;
  frame[1] = length < 126 ? length : 126;
  if (head == 4) {
    frame[2] = length >> 8;
    frame[3] = length & 0xff;
  }
  for (size_t i = 0; i < length; i++) frame[head + i] = payload[i] ^ mask[i % 4];
  for (int i = 0; i < listener_count; i++) {
    if (send(listeners[i], frame, head + length, MSG_NOSIGNAL) < 0 && errno != EPIPE && errno != ECONNRESET) fail("send");
  }
}

// Broadcasts the whole frames of the input and keeps what is left.
static void read_frames(void) {
  size_t at = 0;
  while (input_length - at >= 2) {
    size_t head = 2, length = input[at + 1] & 0x7f;
    if (length == 126) {
      if (input_length - at < 4) break;
      head = 4;
      length = (size_t)input[at + 2] << 8 | input[at + 3];
    } else if (length == 127) {
      fprintf(stderr, "a publication is too long\n");
      exit(1);
    }
    if (input_length - at < head + 4 + length) break;
    if ((input[at] & 0x0f) == 1) broadcast(input + at + head + 4, input + at + head, length);
    at += head + 4 + length;
  }
  memmove(input, input + at, input_length - at);
  input_length -= at;
}

static void closed(int fd) {
  if (roles[fd] == LISTENS) {
    int last = listeners[--listener_count];
    listeners[place[fd]] = last;
    place[last] = place[fd];
  }
  close(fd);
}

static void open_socket(int fd) {
  static char request[4096]; // comes in one piece over loopback
  ssize_t length = recv(fd, request, sizeof request - 1, MSG_DONTWAIT);
  if (length <= 0) {
    closed(fd);
    return;
  }
  request[length] = 0;
  const char *answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
  if (strncmp(request, "GET /publish ", 13) == 0) {
    roles[fd] = PUBLISHES;
  } else {
    roles[fd] = LISTENS;
    place[fd] = listener_count;
    listeners[listener_count++] = fd;
  }
  if (send(fd, answer, strlen(answer), MSG_NOSIGNAL) < 0) closed(fd);
}

static void readable(int fd) {
  if (roles[fd] == OPENING) {
    open_socket(fd);
    return;
  }
  static unsigned char ignored[4096];
  int publishes = roles[fd] == PUBLISHES;
  ssize_t length = publishes ? recv(fd, input + input_length, sizeof input - input_length, MSG_DONTWAIT)
                             : recv(fd, ignored, sizeof ignored, MSG_DONTWAIT);
  if (length == 0 || (length < 0 && errno != EAGAIN)) {
    closed(fd);
  } else if (length > 0 && publishes) {
    input_length += length;
    read_frames();
  }
}

static void watch(int poll, int fd) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
}

static void accept_one(int poll, int server) {
  int on = 1, fd = accept(server, NULL, NULL);
  if (fd < 0) return;
  if (fd >= SOCKETS_MAX) {
    close(fd);
    return;
  }
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  roles[fd] = OPENING;
  watch(poll, fd);
}

int main(int count, char **arguments) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int on = 1, server = socket(AF_INET, SOCK_STREAM, 0), poll = epoll_create1(0);
  if (count != 2 || server < 0 || poll < 0) fail("send-loop PORT");
  address.sin_port = htons(atoi(arguments[1]));
  setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(server, (struct sockaddr *)&address, sizeof address) < 0 || listen(server, 1024) < 0) fail("listen");
  watch(poll, server);
  puts("ready");
  fflush(stdout);
  for (;;) {
    struct epoll_event events[EVENTS_MAX];
    int ready = epoll_wait(poll, events, EVENTS_MAX, -1);
    for (int i = 0; i < ready; i++) {
      if (events[i].data.fd == server) accept_one(poll, server);
      else readable(events[i].data.fd);
    }
  }
}
