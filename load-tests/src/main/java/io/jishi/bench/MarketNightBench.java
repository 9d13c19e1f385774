package io.jishi.bench;

import io.jishi.bots.ChatLog;
import io.jishi.bots.ChatLogReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * The proof that nothing that was acknowledged is lost or doubled, under load and kills. {@code --set}: seed, buyers,
 * units, couriers, shelves, comments (at the most), seconds (that the chat takes), data (folder of the recorded chats),
 * kills=on|off.
 */
public final class MarketNightBench implements Benchmark {
    private static final List<String> RECORDINGS =
            List.of("danmaku-bilibili-ccl/danmaku.csv.gz", "twitch-nlss/chat.csv.gz");
    private static final int GENERATED_USERS = 200;

    @Override
    public String name() {
        return "market-night";
    }

    @Override
    public String oneLine() {
        return "proof: recorded chats, rushes, deliveries and telemetry on two nodes, each node and the database killed"
                + " once; all that was acknowledged is there once";
    }

    @Override
    public Duration usualDuration() {
        return Duration.ofMinutes(4);
    }

    @Override
    public boolean isProof() {
        return true;
    }

    @Override
    public List<Row> run(Context context) throws Exception {
        String kills = context.text("kills", "on");
        if (!kills.equals("on") && !kills.equals("off")) {
            throw new Context.WrongArgument("--set kills must be on or off");
        }
        int seed = context.number("seed", 1);
        NightPlan plan = new NightPlan(
                seed,
                context.number("buyers", 2_000),
                context.number("units", 200),
                context.number("couriers", 50),
                context.text("shelves", "").equals("0") ? 0 : context.number("shelves", 200),
                chat(context, RECORDINGS, seed),
                Duration.ofSeconds(context.number("seconds", 120)),
                kills.equals("on")
                        ? List.of(NightPlan.Fault.NODE_1, NightPlan.Fault.DATABASE, NightPlan.Fault.NODE_2)
                        : List.of(NightPlan.Fault.NOTHING));
        context.progress(
                "accounts are made in the database and their tokens signed with the nodes' secret, as hashing so"
                        + " many passwords takes longer than the night");
        return MarketNight.run(Files.createDirectory(context.directory().resolve("night")), plan, context::progress);
    }

    /** What these recordings say, as they are in the folder of {@code --set data}; something made up where none is. */
    static List<ChatLog.Line> chat(Context context, List<String> recordings, int seed) {
        Path folder = Path.of(context.text("data", "../shared/data"));
        int commentsMax = context.number("comments", 100_000);
        List<ChatLog.Line> lines = new ArrayList<>();
        for (String name : recordings) {
            Path file = folder.resolve(name);
            if (Files.isReadable(file)) {
                ChatLog log = ChatLogReader.read(file);
                lines.addAll(inThousandths(log));
                context.progress(name + ": " + log.lines().size() + " comments of "
                        + log.users().size() + " users");
            }
        }
        if (lines.isEmpty()) {
            context.progress("no recorded chat in " + folder + "; one is made up");
            return generated(Math.min(commentsMax, 5_000), seed);
        }
        lines.sort(Comparator.comparingLong(ChatLog.Line::offsetMillis));
        int step = Math.max(1, (lines.size() + commentsMax - 1) / commentsMax);
        return java.util.stream.IntStream.range(0, lines.size())
                .filter(i -> i % step == 0)
                .mapToObj(lines::get)
                .toList();
    }

    /** All recordings begin and end together: the offset becomes a share of the whole. */
    private static List<ChatLog.Line> inThousandths(ChatLog log) {
        double duration = Math.max(1, log.durationMillis());
        return log.lines().stream()
                .map(line -> new ChatLog.Line(
                        line.number(),
                        Math.round(line.offsetMillis() / duration * 1_000_000),
                        line.user(),
                        line.text()))
                .toList();
    }

    /** Something to say where there is no recording. */
    static List<ChatLog.Line> generated(int comments, long seed) {
        Random random = new Random(seed);
        List<ChatLog.Line> lines = new ArrayList<>();
        for (int i = 0; i < comments; i++) {
            String user = "talker" + random.nextInt(GENERATED_USERS);
            lines.add(new ChatLog.Line(
                    i + 1, i * 100L, user, String.format(Locale.ROOT, "好吃! That is comment %d of the night", i)));
        }
        return lines;
    }
}
