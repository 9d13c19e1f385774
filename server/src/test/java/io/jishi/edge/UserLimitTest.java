package io.jishi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jishi.core.Settings;
import io.jishi.realtime.RealtimeSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The bound of a user's connections on two nodes of a real cluster. */
class UserLimitTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private static StreamClient connect(OpenNode node, String user) {
        return StreamClient.httpStream(node.url(""), "{\"id\":1,\"connect\":{\"token\":\"" + user + "\"}}");
    }

    @Test
    @DisplayName("[RT30] a user's connections on all nodes together are bounded; the newest are closed with 3504")
    void bounded() {
        List<Integer> ports = List.of(OpenNode.freePort(), OpenNode.freePort());
        Settings settings = Settings.defaults().with(RealtimeSettings.CONNECTIONS_PER_USER_MAX, 3);
        OpenNode one = OpenNode.start(ports, 0, settings);
        OpenNode two = OpenNode.start(ports, 1, settings);
        List<StreamClient> clients = new ArrayList<>();
        for (OpenNode node : List.of(one, two)) {
            for (int i = 0; i < 3; i++) {
                clients.add(connect(node, "ann"));
                clients.getLast().connected();
            }
            clients.add(connect(node, "bob"));
            clients.getLast().connected();
        }
        await().atMost(SOON).until(() -> one.connections() + two.connections() == 3 + 2);
        assertThat(one.counted("jishi.disconnects", "3504") + two.counted("jishi.disconnects", "3504"))
                .isEqualTo(3);
        for (OpenNode node : List.of(one, two)) {
            StreamClient more = connect(node, "ann");
            more.first(message -> message.at("/push/disconnect/code").asInt() == 3504);
            more.close();
        }
        await().atMost(SOON)
                .until(() -> one.usersFull() + two.usersFull() >= 1); // who has all of them needs no telling
        assertThat(clients.stream().filter(client -> client.ended)).hasSize(3);
        clients.forEach(StreamClient::close);
        one.close();
        two.close();
    }
}
