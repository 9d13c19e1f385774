package io.jishi.bots;

import java.util.List;
import java.util.random.RandomGenerator;

/** What the demo's people say. */
final class Phrases {
    private static final List<String> VIEWERS = List.of(
            "刚来，今天有什么好货？",
            "主播好！",
            "这个多少钱？",
            "上次买的很好吃，回购了",
            "求补货！",
            "能送到静安吗？",
            "手慢了，没抢到",
            "抢到了抢到了！",
            "几点开抢？",
            "包装好漂亮",
            "有没有小份装？",
            "半小时就送到了，真快",
            "新人报到",
            "主播笑死我了",
            "颜色还有别的吗？",
            "下单了，等骑手",
            "保质期多久？",
            "给家里人也买一份",
            "Hi from Pudong!",
            "How big is one box?",
            "Is it spicy?",
            "Got one, thank you!",
            "Missed it by a second…",
            "Restock please",
            "When does the next sale open?",
            "My order is already on its way",
            "Looks delicious",
            "Second time here, still great",
            "Does it need a fridge?",
            "Can you show it from the side?",
            "Good price",
            "Hello everyone",
            "The courier was so quick last time",
            "What does it taste like?");

    private static final List<String> HOSTS = List.of(
            "欢迎新来的朋友，点个关注不迷路！",
            "马上开抢，大家准备好！",
            "这一批数量不多，先到先得",
            "骑手已经在路上了",
            "有问题打在公屏上，我来回答",
            "Welcome, everyone!",
            "The next one opens in a moment, get ready.",
            "Only a few of these today.",
            "Ask me anything about it.",
            "Thank you for all the likes!");

    private Phrases() {}

    static String ofViewer(RandomGenerator random) {
        return VIEWERS.get(random.nextInt(VIEWERS.size()));
    }

    static String ofHost(RandomGenerator random) {
        return HOSTS.get(random.nextInt(HOSTS.size()));
    }
}
