package io.jishi.flashsales;

import io.jishi.core.Refusal;

/** Why flash sales say no. */
public enum FlashSaleRefusal implements Refusal {
    SALE_NOT_FOUND(1150, "There is no such sale.", "Load the list of sales afresh."),
    NOT_OPEN(1151, "The sale has not opened yet.", "Try again when the countdown is over.", true),
    SOLD_OUT(1152, "Sold out.", "Claim with a new key if the sale opens again."),
    LIMIT_REACHED(1153, "You have as many as one buyer may have.", "Leave some to others."),
    ENDED(1154, "The sale has ended.", "Wait for the next one."),
    BUSY(
            1155,
            "Too many want it at this moment; nothing was claimed.",
            "Try again with the same key in a second.",
            true),
    PENDING(
            1156,
            "It is not known yet whether the claim succeeded.",
            "Ask again with the same key in a second: the answer will be that of this claim.",
            true),
    NOT_YOUR_SALE(1157, "The sale belongs to another host.", "Choose a sale of your own."),
    NOT_YOUR_ROOM(1158, "There is no such room of yours.", "Choose a room of your own."),
    NOT_INVITED(1159, "The sale is for those whom its host has named.", "Ask the host."),
    BEYOND_BOUNDS(
            1160,
            "A sale has at most a million units, lasts at most a day, and starts within 30 days.",
            "Ask for less."),
    NOT_SOLD_OUT(1161, "There is something left.", "Claim it instead of waiting."),
    WAITLIST_FULL(1162, "As many wait already as may.", "Try again later.", true),
    NO_LOBBY(1163, "The sale has no waiting room.", "Claim when it has opened."),
    TURN_NEEDED(
            1164,
            "Whoever claims in this sale needs a turn.",
            "Enter the sale's waiting room; when it is your turn, claim with the pass."),
    TURN_OVER(1165, "Your turn is over.", "Enter the waiting room again, for a place at its end."),
    LOBBY_FULL(1166, "As many are in the waiting room as may.", "Try again later.", true),
    MEMBERS_ONLY(1167, "The sale is for members of the shop.", "Become a member."),
    FOLLOWERS_ONLY(
            1168,
            "The sale is for those who follow its host, perhaps since before it opened.",
            "Follow the host before the next one."),
    TOO_FAST(1169, "That was too often.", "Try again with the same key in a second.", true),
    PROOF_NEEDED(
            1170,
            "The claim needs a proof of work.",
            "Ask for the challenge of this key, solve it, and claim with the proof.",
            true),
    DEVICE_LIMIT(
            1171,
            "As many accounts as may have come to the sale from this device.",
            "Use the account that came first.");

    private final Terms terms;

    FlashSaleRefusal(int code, String sentence, String advice) {
        this(code, sentence, advice, false);
    }

    FlashSaleRefusal(int code, String sentence, String advice, boolean temporary) {
        terms = new Terms(code, sentence, advice, temporary);
    }

    @Override
    public Terms terms() {
        return terms;
    }
}
