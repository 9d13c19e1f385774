package io.jishi.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerTest {
    @TempDir
    Path folder;

    @Test
    @DisplayName("[UP1] what was committed before a stop is there after the next start")
    void keepsData() throws SQLException {
        try (PostgresServer first = PostgresServer.start(folder)) {
            write(first, "kept");
        }
        try (PostgresServer second = PostgresServer.start(folder)) {
            assertThat(read(second)).contains("kept");
        }
    }

    @Test
    @DisplayName("[UP2] a server killed in the middle of its work starts again with all that was committed")
    void recoversFromKill() throws Exception {
        PostgresServer killed = PostgresServer.start(folder);
        write(killed, "committed");
        Connection busy = owner(killed);
        Thread query = Thread.startVirtualThread(() -> sleepInDatabase(busy));
        killed.kill9();
        assertThat(killed.isAlive()).isFalse();

        try (PostgresServer next = PostgresServer.start(folder)) {
            assertThat(read(next)).contains("committed");
            assertThat(next.processId()).isNotEqualTo(killed.processId());
        }
        query.join();
    }

    @Test
    @DisplayName("[UP3] a server that outlived its launcher is used further")
    void adopts() throws SQLException {
        PostgresServer first = PostgresServer.start(folder);
        write(first, "still here");
        try (PostgresServer second = PostgresServer.start(folder)) {
            assertThat(second.processId()).isEqualTo(first.processId());
            assertThat(second.url()).isEqualTo(first.url());
            assertThat(read(second)).contains("still here");
        }
        assertThat(first.isAlive()).isFalse();
    }

    @Test
    @DisplayName("[UP3] a left-over server that runs with other settings is replaced")
    void replacesOtherSettings() {
        PostgresServer forgetful = PostgresServer.startForgetful(folder);
        try (PostgresServer durable = PostgresServer.start(folder)) {
            assertThat(durable.processId()).isNotEqualTo(forgetful.processId());
            assertThat(forgetful.isAlive()).isFalse();
        }
    }

    @Test
    @DisplayName("[UP3] a left-over server that does not answer is replaced")
    void replacesFrozen() {
        PostgresServer frozen = PostgresServer.start(folder);
        Command.signal("STOP", frozen.processId());
        try (PostgresServer next = PostgresServer.start(folder)) {
            assertThat(next.processId()).isNotEqualTo(frozen.processId());
            assertThat(frozen.isAlive()).isFalse();
        }
    }

    @Test
    @DisplayName("[UP4] a stale lock file naming a stranger's process is removed and the stranger left alone")
    void ignoresStranger() throws Exception {
        PostgresServer killed = PostgresServer.start(folder);
        write(killed, "committed");
        killed.kill9();
        Process stranger = new ProcessBuilder("sleep", "60").start();
        Path lock = Postmaster.file(folder.resolve("postgres"));
        Files.writeString(lock, Files.readString(lock).replaceFirst("^\\d+", Long.toString(stranger.pid())));

        try (PostgresServer next = PostgresServer.start(folder)) {
            assertThat(read(next)).contains("committed");
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    @DisplayName("[UP4] a start cut short while it made the database leaves nothing in the way of the next")
    void recoversFromHalfMadeDatabase() throws Exception {
        Files.createDirectories(folder.resolve("postgres.new/base"));
        Files.writeString(folder.resolve("postgres.new/PG_VERSION"), "18");
        try (PostgresServer server = PostgresServer.start(folder)) {
            write(server, "made");
            assertThat(read(server)).contains("made");
        }
    }

    @Test
    @DisplayName("[UP5] a server on which a commit need not reach the disk is refused")
    void refusesForgetfulDatabase() {
        PostgresServer server = PostgresServer.start(folder);
        server.administer("ALTER ROLE jishi SET synchronous_commit = off");
        assertThatThrownBy(() -> PostgresServer.start(folder))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("synchronous_commit=off");
        assertThat(server.isAlive()).isFalse();
    }

    @Test
    @DisplayName("[UP5] fsync stays on whatever the server's configuration says")
    void overridesConfiguration() throws SQLException {
        try (PostgresServer server = PostgresServer.start(folder)) {
            server.administer("ALTER SYSTEM SET fsync = off");
        }
        try (PostgresServer server = PostgresServer.start(folder);
                Connection connection = owner(server)) {
            assertThat(first(connection, "SHOW fsync")).contains("on");
        }
    }

    @Test
    @DisplayName("[UP6] the database asks for a password that only the owner of the data directory can read")
    void asksForPassword() throws Exception {
        try (PostgresServer server = PostgresServer.start(folder)) {
            String address = "jdbc:postgresql://127.0.0.1:" + server.port() + "/";
            for (String role : new String[] {"jishi", "postgres"}) {
                assertThatThrownBy(() -> DriverManager.getConnection(address + role, role, "postgres"))
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("password authentication failed");
                assertThat(PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(folder.resolve("secrets/" + role + "-password"))))
                        .isEqualTo("rw-------");
            }
            assertThat(Files.list(folder).filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    @DisplayName("[UP6] the role of the nodes is no superuser")
    void isNoSuperuser() throws SQLException {
        try (PostgresServer server = PostgresServer.start(folder);
                Connection connection = owner(server)) {
            assertThat(first(connection, "SELECT rolsuper::text FROM pg_roles WHERE rolname = current_user"))
                    .contains("false");
        }
    }

    @Test
    @DisplayName("[UP7] as root the database runs as another user where user namespaces are forbidden")
    void runsAsOtherUser() throws Exception {
        Optional<Unprivileged> other = Unprivileged.otherUser();
        assumeThat(Unprivileged.choose().owner()).as("we are root").isZero();
        assumeThat(other).isPresent();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        DataDirectory data = DataDirectory.at(folder);
        try (PostgresServer server = PostgresServer.start(folder)) {
            write(server, "moved between users");
        }
        try (PostgresServer server =
                new PostgresStart(data, PostgresSettings.durable(), other.get(), line -> {}).run()) {
            assertThat(read(server)).contains("moved between users");
            assertThat(ProcessHandle.of(server.processId()).orElseThrow().info().user())
                    .isNotEqualTo(Optional.of("root"));
        }
        try (PostgresServer server = PostgresServer.start(folder)) {
            assertThat(read(server)).contains("moved between users");
        }
    }

    @Test
    @DisplayName("[UP7] a folder that this other user cannot reach is told in one line")
    void tellsUnreachableFolder() throws IOException {
        assumeThat(Unprivileged.choose().owner()).as("we are root").isZero();
        Unprivileged other = Unprivileged.otherUser().orElseThrow();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        PostgresStart start =
                new PostgresStart(DataDirectory.at(folder), PostgresSettings.durable(), other, line -> {});
        assertThatThrownBy(start::run).isInstanceOf(StartFailure.class).hasMessageContaining("--data-dir");
    }

    private static void write(PostgresServer server, String text) throws SQLException {
        try (Connection connection = owner(server);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS note (text text)");
            statement.execute("INSERT INTO note VALUES ('" + text + "')");
        }
    }

    private static Optional<String> read(PostgresServer server) throws SQLException {
        try (Connection connection = owner(server)) {
            return first(connection, "SELECT text FROM note");
        }
    }

    private static Connection owner(PostgresServer server) throws SQLException {
        String[] login = server.url().split("[/:@]+");
        return DriverManager.getConnection(
                "jdbc:postgresql://" + login[3] + ":" + login[4] + "/" + login[5], login[1], login[2]);
    }

    private static Optional<String> first(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
        }
    }

    private static void sleepInDatabase(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_sleep(60)");
        } catch (SQLException e) {
            // the server was killed under it, as meant
        }
    }
}
