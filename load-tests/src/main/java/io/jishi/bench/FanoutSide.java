package io.jishi.bench;

import java.util.List;

/**
 * One of the two servers that are compared, and how to talk to it.
 *
 * @param listenPath where listeners connect, and what each says first; every line is answered
 * @param publishFirst what the publisher says first
 */
record FanoutSide(
        String name,
        JavaProcess server,
        int port,
        String listenPath,
        List<String> listenFirst,
        String publishPath,
        List<String> publishFirst) {

    private static final String CHANNEL = "fanout";

    static FanoutSide jishi(ServerNode node) {
        String connect = "{\"id\":1,\"connect\":{}}";
        return new FanoutSide(
                "Jishi",
                node.process(),
                node.url().getPort(),
                "/connection/websocket",
                List.of(connect, "{\"id\":2,\"subscribe\":{\"channel\":\"" + CHANNEL + "\"}}"),
                "/connection/websocket",
                List.of(connect));
    }

    static FanoutSide plain(JavaProcess server, int port) {
        return new FanoutSide(
                "plain Vert.x", server, port, PlainBroadcast.LISTEN, List.of(), PlainBroadcast.PUBLISH, List.of());
    }

    /** What makes the server broadcast the data; on the plain side the bytes are those that Jishi's listeners get. */
    String publication(int number, String data) {
        return publishFirst.isEmpty()
                ? "{\"push\":{\"channel\":\"" + CHANNEL + "\",\"pub\":{\"data\":" + data + ",\"offset\":" + number
                        + "}}}"
                : "{\"id\":" + (number + 1) + ",\"publish\":{\"channel\":\"" + CHANNEL + "\",\"data\":" + data + "}}";
    }
}
