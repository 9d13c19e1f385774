package io.jishi.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The folder that holds all that one {@code up} keeps: the database, its secrets, remembered ports and logs. */
final class DataDirectory {
    private static final int SECRET_BYTES = 32;

    private final Path root;
    private final IntPredicate reserved;

    private DataDirectory(Path root, IntPredicate reserved) {
        this.root = root;
        this.reserved = reserved;
    }

    /** Whether an earlier start has made it there. */
    static boolean isAt(Path path) {
        return Files.isDirectory(path.resolve("run"));
    }

    static DataDirectory at(Path path) {
        return at(path, port -> false);
    }

    /** @param reserved ports that nothing of it may be given */
    static DataDirectory at(Path path, IntPredicate reserved) {
        try {
            Path root =
                    Files.createDirectories(path.toAbsolutePath().normalize()).toRealPath();
            for (String folder : new String[] {"logs", "run"}) {
                Files.createDirectories(root.resolve(folder));
            }
            for (String folder : new String[] {"secrets", "demo"}) {
                if (!Files.isDirectory(root.resolve(folder))) {
                    Files.createDirectory(
                            root.resolve(folder),
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                }
            }
            return new DataDirectory(root, reserved);
        } catch (IOException e) {
            throw new StartFailure(
                    "Cannot use the data directory " + path + " (" + reason(e) + "); pass another --data-dir.",
                    StartFailure.WRONG_REQUEST);
        }
    }

    Path root() {
        return root;
    }

    Path postgres() {
        return root.resolve("postgres");
    }

    Path logs() {
        return root.resolve("logs");
    }

    /** What the seeding of the demo tells its bots. */
    Path demo() {
        return root.resolve("demo");
    }

    Path log(String name) {
        return logs().resolve(name + ".log");
    }

    Path run(String name) {
        return root.resolve("run").resolve(name);
    }

    /** The first of so many free ports in a row, the same from start to start as long as they are free. */
    int port(String name, int count) {
        return Ports.remembered(run(name + ".port"), count, reserved);
    }

    /** A random value of 256 bits in hexadecimal, made at the first call and the same ever after. */
    String secret(String name) {
        Path file = root.resolve("secrets").resolve(name);
        try {
            return readSecret(file).orElseGet(() -> {
                byte[] bytes = new byte[SECRET_BYTES];
                new SecureRandom().nextBytes(bytes);
                writePrivately(file, HexFormat.of().formatHex(bytes));
                return HexFormat.of().formatHex(bytes);
            });
        } catch (IOException e) {
            throw new StartFailure("Cannot read " + file + " (" + reason(e) + ").");
        }
    }

    boolean hasSecret(String name) {
        return Files.exists(root.resolve("secrets").resolve(name));
    }

    /** Writes a file that only its owner may read; it is there whole or not at all. */
    static void writePrivately(Path file, String text) {
        try {
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.deleteIfExists(fresh);
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, text, StandardCharsets.UTF_8);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Claims the folder for this process. The operating system gives the claim back when the process ends, however it
     * ends.
     */
    Claim claim() {
        Path file = run("up.lock");
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            @Nullable FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new StartFailure(
                        "Another `up`" + holder() + " is running on " + root + "; stop it or pass another --data-dir.",
                        StartFailure.WRONG_REQUEST);
            }
            Files.writeString(
                    run("up.pid"), Long.toString(ProcessHandle.current().pid()));
            return new Claim(channel);
        } catch (IOException e) {
            throw new StartFailure("Cannot lock " + file + " (" + reason(e) + ").");
        }
    }

    /** The hold on a data directory. */
    record Claim(FileChannel channel) implements AutoCloseable {
        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private String holder() {
        try {
            return " (process " + Files.readString(run("up.pid")).strip() + ")";
        } catch (IOException e) {
            return "";
        }
    }

    private static Optional<String> readSecret(Path file) throws IOException {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    static String reason(IOException e) {
        return e.getMessage() == null || e.getClass() == IOException.class
                ? String.valueOf(e.getMessage())
                : e.getClass().getSimpleName().replace("Exception", "") + ": " + e.getMessage();
    }
}
