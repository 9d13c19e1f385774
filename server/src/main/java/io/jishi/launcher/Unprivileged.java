package io.jishi.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How PostgreSQL, which refuses to run as root, is run when we are root. A user namespace is tried first: in it the
 * process is nobody, while its files stay ours and no folder on the way to them need be opened. Where the system forbids
 * that (as containers do), another user runs it and owns the database's files.
 */
sealed interface Unprivileged {

    /** We are not root: nothing to do. */
    record AsWeAre(int uid) implements Unprivileged {}

    record UserNamespace(String unshare) implements Unprivileged {}

    record OtherUser(String setpriv, int uid, int gid) implements Unprivileged {}

    /** The words before the command. The command replaces them, so that the process id stays. */
    default List<String> prefix() {
        return switch (this) {
            case AsWeAre ignored -> List.of();
            case UserNamespace namespace -> List.of(namespace.unshare, "--user");
            case OtherUser other ->
                List.of(
                        other.setpriv,
                        "--reuid=" + other.uid,
                        "--regid=" + other.gid,
                        "--clear-groups",
                        "--inh-caps=-all",
                        "--");
        };
    }

    /** The user to whom the database's files must belong, as seen from here. */
    default int owner() {
        return switch (this) {
            case AsWeAre self -> self.uid;
            case UserNamespace ignored -> 0;
            case OtherUser other -> other.uid;
        };
    }

    static Unprivileged choose() {
        int uid = ownUid();
        if (uid != 0) {
            return new AsWeAre(uid);
        }
        return userNamespace()
                .or(Unprivileged::otherUser)
                .orElseThrow(
                        () -> new StartFailure(
                                "PostgreSQL does not run as root, and here neither `unshare --user`"
                                        + " nor `setpriv` can give it another user; start as a normal user or set JISHI_DATABASE_URL."));
    }

    static Optional<Unprivileged> userNamespace() {
        return Command.find("unshare")
                .filter(program -> Command.succeeds(List.of(program, "--user", "true")))
                .map(UserNamespace::new);
    }

    static Optional<Unprivileged> otherUser() {
        int[] ids = account("postgres").or(() -> account("nobody")).orElse(new int[] {65_534, 65_534});
        return Command.find("setpriv")
                .map(program -> new OtherUser(program, ids[0], ids[1]))
                .filter(other -> Command.succeeds(with(other.prefix(), "true")))
                .map(other -> other);
    }

    /** Refuses a path that the user who will run the database cannot reach. */
    default void requireReach(Path program, Path folder) {
        for (List<String> test :
                List.of(List.of("test", "-x", program.toString()), List.of("test", "-x", folder.toString()))) {
            if (!Command.succeeds(with(prefix(), test.toArray(String[]::new)))) {
                throw new StartFailure("PostgreSQL does not run as root, and user " + owner() + " cannot reach "
                        + test.getLast() + "; pass a --data-dir that others may enter, such as one under /var/lib.");
            }
        }
    }

    /** Gives the files to the user who will run the database, where they belong to another. */
    default void own(Path folder) {
        try {
            int uid = uid(folder);
            if (uid == owner()) {
                return;
            }
            if (this instanceof AsWeAre self) {
                throw new StartFailure("The files in " + folder + " belong to user " + uid + ", not to user " + self.uid
                        + "; start as that user or pass another --data-dir.");
            }
            try (Stream<Path> walk = Files.walk(folder)) {
                for (Path path : walk.toList()) {
                    Files.setAttribute(path, "unix:uid", owner(), LinkOption.NOFOLLOW_LINKS);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int ownUid() {
        try {
            Path probe = Files.createTempFile("jishi", null);
            int uid = uid(probe);
            Files.delete(probe);
            return uid;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int uid(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }

    private static Optional<int[]> account(String name) {
        try (Stream<String> lines = Files.lines(Path.of("/etc/passwd"), StandardCharsets.ISO_8859_1)) {
            return lines.map(line -> line.split(":"))
                    .filter(fields -> fields.length >= 4 && fields[0].equals(name))
                    .map(fields -> new int[] {Integer.parseInt(fields[2]), Integer.parseInt(fields[3])})
                    .findFirst();
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static List<String> with(List<String> prefix, String... command) {
        List<String> words = new ArrayList<>(prefix);
        words.addAll(List.of(command));
        return words;
    }
}
