package io.jishi.bench;

import java.util.List;

/**
 * How a side is talked to: where its sockets connect, what they say first and how often that is answered, how it asks
 * whether they are there, and what makes it broadcast. The client is the same for all; this is all that differs.
 */
enum FanoutProtocol {
    /** Centrifugo's client protocol in JSON, one channel. */
    JISHI,
    /** The same with a second channel, of high priority, that all listeners hear too. */
    JISHI_URGENT,
    /** What is written to one path comes out of the other as it is. */
    PLAIN,
    /** Socket.IO's packets in those of Engine.IO, over a WebSocket from the first byte on. */
    SOCKET_IO;

    /** Of high priority by the rules that {@link FanoutSide#RULES} has. */
    static final String URGENT_NAMESPACE = "first";

    private static final String CHANNEL = "fanout";
    private static final String URGENT_CHANNEL = URGENT_NAMESPACE + ":stock";
    private static final String CONNECT = "{\"id\":1,\"connect\":{}}";
    private static final String ENGINE = "/socket.io/?EIO=4&transport=websocket";
    private static final String NAMESPACE_CONNECT = "40";

    boolean hasUrgent() {
        return this == JISHI_URGENT;
    }

    String listenPath() {
        return switch (this) {
            case JISHI, JISHI_URGENT -> "/connection/websocket";
            case PLAIN -> PlainBroadcast.LISTEN;
            case SOCKET_IO -> ENGINE;
        };
    }

    String publishPath() {
        return this == PLAIN ? PlainBroadcast.PUBLISH : listenPath();
    }

    List<String> listenFirst() {
        return switch (this) {
            case JISHI -> List.of(CONNECT, subscribe(2, CHANNEL));
            case JISHI_URGENT -> List.of(CONNECT, subscribe(2, CHANNEL), subscribe(3, URGENT_CHANNEL));
            case PLAIN -> List.of();
            case SOCKET_IO -> List.of(NAMESPACE_CONNECT);
        };
    }

    List<String> publishFirst() {
        return switch (this) {
            case JISHI, JISHI_URGENT -> List.of(CONNECT);
            case PLAIN -> List.of();
            case SOCKET_IO -> List.of(NAMESPACE_CONNECT);
        };
    }

    /** How many messages come before a socket is ready, of which Engine.IO's opening is said unasked. */
    int answers(List<String> first) {
        return this == SOCKET_IO ? 1 + first.size() : first.size();
    }

    /** The message by which the server asks whether the client is there; empty where it does not. */
    String ping() {
        return switch (this) {
            case JISHI, JISHI_URGENT -> "{}";
            case PLAIN -> "";
            case SOCKET_IO -> "2";
        };
    }

    String pong() {
        return switch (this) {
            case JISHI, JISHI_URGENT -> "{}";
            case PLAIN -> "";
            case SOCKET_IO -> "3";
        };
    }

    /**
     * What makes the server broadcast the data; on a plain side the bytes are those that Jishi's listeners get.
     *
     * @param urgent whether it goes to the channel of high priority, on a side that has one
     */
    String publication(int number, boolean urgent, String data) {
        return switch (this) {
            case JISHI, JISHI_URGENT ->
                "{\"id\":" + (number + 1) + ",\"publish\":{\"channel\":\"" + (urgent ? URGENT_CHANNEL : CHANNEL)
                        + "\",\"data\":" + data + "}}";
            case PLAIN ->
                "{\"push\":{\"channel\":\"" + CHANNEL + "\",\"pub\":{\"data\":" + data + ",\"offset\":" + number
                        + "}}}";
            case SOCKET_IO -> "42[\"publish\"," + data + "]";
        };
    }

    private static String subscribe(int id, String channel) {
        return "{\"id\":" + id + ",\"subscribe\":{\"channel\":\"" + channel + "\"}}";
    }
}
