package io.jishi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Settings;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What those who are left hear when a node of a real cluster dies. */
class DeparturesTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private static StreamClient enter(OpenNode node, String channel) {
        StreamClient client = StreamClient.httpStream(
                node.url(""),
                "{\"id\":1,\"connect\":{}}\n{\"id\":2,\"subscribe\":{\"channel\":\"" + channel
                        + "\",\"join_leave\":true}}");
        client.reply(2);
        return client;
    }

    private static List<String> left(StreamClient client, String channel) {
        return client.heard.stream()
                .filter(message -> message.at("/push/channel").asText().equals(channel))
                .map(message -> message.at("/push/leave/info/client"))
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText)
                .toList();
    }

    @Test
    @DisplayName("[RT71] who is connected to a node that dies is told to have gone, once, to those on the others")
    void nodeDies() {
        List<Integer> ports = List.of(OpenNode.freePort(), OpenNode.freePort(), OpenNode.freePort());
        List<OpenNode> nodes = IntStream.range(0, 3)
                .mapToObj(index -> OpenNode.start(ports, index, Settings.defaults()))
                .toList();
        List<String> channels =
                Stream.generate(() -> UUID.randomUUID().toString()).limit(8).toList();
        List<StreamClient> here =
                channels.stream().map(each -> enter(nodes.get(1), each)).toList();
        List<StreamClient> there =
                channels.stream().map(each -> enter(nodes.get(2), each)).toList();
        List<StreamClient> dying =
                channels.stream().map(each -> enter(nodes.get(0), each)).toList();
        // the node that is killed is the oldest, and was the one to clean up
        nodes.get(0).kill();
        for (int i = 0; i < channels.size(); i++) {
            String gone = dying.get(i).connected().path("client").asText();
            String channel = channels.get(i);
            for (StreamClient survivor : List.of(here.get(i), there.get(i))) {
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(left(survivor, channel)).containsExactly(gone));
            }
        }
        StreamClient late = enter(nodes.get(1), channels.get(0));
        assertThat(late.send("{\"id\":3,\"presence\":{\"channel\":\"" + channels.get(0) + "\"}}"))
                .isEqualTo(204);
        assertThat(late.reply(3).at("/presence/presence").size()).isEqualTo(3);
        Stream.of(here, there, dying).flatMap(List::stream).forEach(StreamClient::close);
        late.close();
        nodes.get(1).close();
        nodes.get(2).close();
    }
}
