package io.jishi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.realtime.Json;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogsTest {
    @Test
    @DisplayName("[HT22] in production a log line is one JSON object, also with line breaks and a stack trace in it")
    void json() throws Exception {
        String written =
                log("json", logger -> logger.warn("event=test text=\"a\nb\"", new IllegalStateException("x\ny")));
        assertThat(written.lines()).hasSize(1);
        JsonNode line = Json.tree(Buffer.buffer(written));
        assertThat(line.at("/level").asText()).isEqualTo("WARN");
        assertThat(line.at("/formattedMessage").asText()).contains("event=test");
        assertThat(line.at("/loggerName").asText()).isEqualTo("io.jishi.test");
        assertThat(line.has("timestamp")).isTrue();
        assertThat(line.has("throwable")).isTrue();
    }

    @Test
    @DisplayName("[HT22] in development a log line is one line of text")
    void text() throws Exception {
        String written = log("text", logger -> logger.info("event=test"));
        assertThat(written).matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO  io\\.jishi\\.test event=test\n");
    }

    @Test
    @DisplayName("[HT22] at every level, logs of bad and good log-ins hold no secret, no address, no stack trace")
    void noSecrets() {
        Logger root = (Logger) LoggerFactory.getLogger("io.jishi");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        Level before = root.getLevel();
        root.addAppender(lines);
        root.setLevel(Level.TRACE);
        try (EdgeWorld world = new EdgeWorld()) {
            world.post("/api/register", "{\"name\":\"logged\",\"password\":\"correct-horse\"}");
            world.post("/api/login", "{\"name\":\"logged\",\"password\":\"wrong-horse\"}");
            world.post("/api/login", "{\"name\":\"logged\",\"password\":\"correct-horse\"");
            var in = Json.tree(
                    Buffer.buffer(world.post("/api/login", "{\"name\":\"logged\",\"password\":\"correct-horse\"}")
                            .body()));
            String refresh = in.at("/refreshToken").asText();
            world.post("/api/refresh", "{\"refreshToken\":\"" + refresh + "\"}");
            world.post("/api/refresh", "{\"refreshToken\":\"" + refresh + "\"}");
            world.get(
                    "/health/live?token=secret-query",
                    "Authorization",
                    "Bearer " + in.at("/token").asText());
            assertThat(lines.list).anyMatch(line -> line.getFormattedMessage().contains("event=http"));
            assertThat(lines.list).anyMatch(line -> line.getFormattedMessage().contains("refresh-token-reused"));
            assertThat(lines.list).allSatisfy(line -> {
                assertThat(line.getFormattedMessage())
                        .doesNotContain("horse", refresh, in.at("/token").asText(), "secret-query", "127.0.0.1", "\n");
                assertThat(line.getThrowableProxy()).isNull();
            });
        } finally {
            root.setLevel(before);
            root.detachAppender(lines);
        }
    }

    /** What the shipped configuration writes to the standard output. */
    private static String log(String form, java.util.function.Consumer<org.slf4j.Logger> lines) throws Exception {
        PrintStream console = System.out;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
        LoggerContext context = new LoggerContext();
        try {
            context.setMDCAdapter(new LogbackMDCAdapter());
            context.putProperty("jishi.log.form", form);
            JoranConfigurator configurator = new JoranConfigurator();
            configurator.setContext(context);
            configurator.doConfigure(LogsTest.class.getResource("/logback.xml"));
            lines.accept(context.getLogger("io.jishi.test"));
            context.stop();
        } finally {
            System.setOut(console);
        }
        return written.toString(StandardCharsets.UTF_8);
    }
}
