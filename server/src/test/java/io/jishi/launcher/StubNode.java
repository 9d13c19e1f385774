package io.jishi.launcher;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * Stands in for a node: it says that it is ready, shows its environment, and ends as a node does. The variable {@code
 * JISHI_STUB} makes it misbehave.
 */
final class StubNode {
    private StubNode() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        String manner = System.getenv().getOrDefault("JISHI_STUB", "");
        if (manner.equals("refuse")) {
            System.err.println("a line before");
            System.err.println("rooms.comment-length-max must be from 1 to 1000.");
            System.exit(2);
        }
        boolean isTraining = System.getenv("JISHI_DATABASE_URL").endsWith("/jishi_training");
        if (manner.equals("crash") || manner.equals("untrainable") && isTraining) {
            System.err.println("out of luck");
            System.exit(3);
        }
        if (!manner.equals("deaf")) {
            ParentWatch.start(() -> System.exit(0));
        }
        if (manner.equals("silent")) {
            Thread.currentThread().join();
        }
        int port = Integer.parseInt(System.getenv("JISHI_HTTP_PORT"));
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext("/", exchange -> {
            StringBuilder text = new StringBuilder(String.join(" ", arguments)).append('\n');
            System.getenv().forEach((name, value) -> {
                if (name.startsWith("JISHI_")) {
                    text.append(name).append('=').append(value).append('\n');
                }
            });
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        System.out.println("event=ready pid=" + ProcessHandle.current().pid());
    }
}
