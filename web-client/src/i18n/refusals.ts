import type { LocalText } from "../api/types";

/** What a person is told when the server says no, by the refusal's stable name. */
export const REFUSALS: Readonly<Record<string, LocalText>> = {
  // The connection and the protocol.
  network: {
    zh: "连不上服务器，请检查网络后重试。",
    en: "The server cannot be reached. Check the network and try again.",
  },
  timeout: { zh: "服务器没有及时回应，请重试。", en: "The server did not answer in time. Try again." },
  stopping: { zh: "这台服务器即将停机，请连接另一台。", en: "This server is stopping. Connect to another." },
  transport_closed: { zh: "连接中断，请重试。", en: "The connection broke. Try again." },
  connection_closed: { zh: "连接中断，请重试。", en: "The connection broke. Try again." },
  internal_server_error: {
    zh: "服务器出错了，请稍后再试。",
    en: "Something went wrong on the server. Try again later.",
  },
  internal: { zh: "服务器出错了，请稍后再试。", en: "Something went wrong on the server. Try again later." },
  already_subscribed: { zh: "页面状态有误，请刷新。", en: "The page got confused. Load it again." },
  unrecoverable_position: { zh: "页面状态有误，请刷新。", en: "The page got confused. Load it again." },
  not_available: { zh: "此功能暂时不可用。", en: "This is not available." },
  unavailable: { zh: "服务暂时不可用，请稍后再试。", en: "The service is not available just now. Try again later." },
  unauthorized: { zh: "请先登录。", en: "Log in first." },
  token_expired: { zh: "登录已过期，请重新登录。", en: "Your session has ended. Log in again." },
  expired: { zh: "登录已过期，请重新登录。", en: "Your session has ended. Log in again." },
  permission_denied: { zh: "你没有权限这样做。", en: "You may not do this." },
  forbidden: { zh: "你没有权限这样做。", en: "You may not do this." },
  bad_request: { zh: "输入有误，请检查后重试。", en: "Something entered is not right. Check it and try again." },
  too_large: { zh: "内容太长了。", en: "That is too long." },
  target_too_long: { zh: "内容太长了。", en: "That is too long." },
  headers_too_large: { zh: "内容太长了。", en: "That is too long." },
  expectation_failed: { zh: "服务器不支持此操作。", en: "The server does not know how to do this." },
  not_found: { zh: "没有找到。", en: "It was not found." },
  unknown_channel: { zh: "没有找到。", en: "It was not found." },
  method_not_found: { zh: "服务器不支持此操作。", en: "The server does not know how to do this." },
  method_not_allowed: { zh: "服务器不支持此操作。", en: "The server does not know how to do this." },
  unsupported_media_type: { zh: "服务器不支持此操作。", en: "The server does not know how to do this." },
  too_many_requests: { zh: "操作太频繁，请稍等一下。", en: "That was too often. Wait a moment." },
  limit_exceeded: { zh: "超出了限制。", en: "That is more than is allowed." },

  // Accounts.
  name_taken: { zh: "这个用户名已被使用。", en: "Somebody has that name already." },
  wrong_credentials: { zh: "用户名或密码不正确。", en: "Name or password is wrong." },
  too_many_attempts: { zh: "尝试次数太多，请几分钟后再试。", en: "There were too many attempts. Wait some minutes." },
  busy: { zh: "现在人太多，请过一会儿再试。", en: "Too many people want this at the moment. Try again in a second." },
  session_ended: { zh: "登录已过期，请重新登录。", en: "Your session has ended. Log in again." },
  unknown_user: { zh: "没有这个用户。", en: "There is no such user." },
  own_admin: { zh: "管理员不能取消自己的管理权限。", en: "Administrators cannot take that role from themselves." },

  // The catalogue.
  product_not_found: { zh: "没有这个商品。", en: "There is no such product." },
  sku_not_found: { zh: "没有这个规格。", en: "There is no such article." },
  not_your_product: { zh: "这个商品属于其他主播。", en: "The product belongs to another host." },
  not_enough_stock: { zh: "库存不足。", en: "There are not so many in stock." },
  too_much_stock: { zh: "库存数量超出上限。", en: "That is more stock than an article may have." },
  location_not_found: { zh: "没有这个库位。", en: "There is no such location." },
  same_location: { zh: "请选择两个不同的库位。", en: "Choose two different locations." },

  // Carts.
  cart_empty: { zh: "购物车是空的。", en: "There is nothing in the cart." },
  cart_full: { zh: "购物车放不下更多种商品了。", en: "The cart holds no more different goods." },
  not_all_there: { zh: "有商品库存不足，请调整数量。", en: "Some of it is not there in such a number. Take fewer." },
  not_a_counter: { zh: "那里不能自提。", en: "Goods cannot be fetched there." },
  unknown_coupon: { zh: "没有这张优惠券。", en: "There is no such coupon." },
  unpaid_orders: {
    zh: "你有多笔未付款的订单，请先付款或取消。",
    en: "You have several unpaid orders. Pay or cancel them first.",
  },
  destination_needed: { zh: "请填写收货地点。", en: "Say where to bring it." },
  fetched_by_buyer: {
    zh: "这笔订单到店自提，不用填地址。",
    en: "You fetch this order yourself. No address is needed.",
  },
  not_to_fetch: { zh: "这笔订单现在不能自提。", en: "This order cannot be fetched now." },
  wrong_code: { zh: "取货码不对。", en: "That is not the code of the order." },
  too_many_codes: { zh: "取货码输错太多次，请换新码。", en: "Too many wrong codes. Make a new one." },

  // Live sessions.
  unknown_room: { zh: "没有这场直播。", en: "There is no such session." },
  not_yours: { zh: "只有主播本人可以这样做。", en: "Only the session's host may do that." },
  not_live: { zh: "现在没有在直播。", en: "The session is not live." },
  already_ended: { zh: "直播已经结束。", en: "The session has ended." },
  too_fast: { zh: "太快了，请稍等一下。", en: "That was too fast. Wait a moment." },
  not_allowed: { zh: "评论里有不允许的词语。", en: "The comment has words that are not allowed here." },
  unknown_product: { zh: "没有这个商品。", en: "There is no such product." },

  // Flash sales.
  sale_not_found: { zh: "没有这场抢购。", en: "There is no such sale." },
  not_open: { zh: "抢购还没有开始。", en: "The sale has not opened yet." },
  sold_out: { zh: "已抢光。", en: "Sold out." },
  limit_reached: { zh: "已达到每人限购数量。", en: "You have as many as one buyer may have." },
  ended: { zh: "抢购已结束。", en: "The sale has ended." },
  pending: {
    zh: "还不确定是否抢到，请再点一次，不会重复购买。",
    en: "It is not known yet whether you got it. Press again; you will not buy twice.",
  },
  not_your_sale: { zh: "这场抢购属于其他主播。", en: "The sale belongs to another host." },
  not_invited: { zh: "这场抢购只对主播邀请的人开放。", en: "This sale is for those whom its host has named." },
  beyond_bounds: {
    zh: "一场抢购最多一百万件、最长一天，并须在三十天内开始。",
    en: "A sale has at most a million units, lasts at most a day, and starts within 30 days.",
  },
  not_sold_out: { zh: "还有货，直接抢购吧。", en: "There is something left: buy it." },
  waitlist_full: { zh: "候补人数已满，请稍后再试。", en: "As many wait already as may. Try again later." },
  no_lobby: { zh: "这场抢购没有等候室，开抢后直接购买。", en: "This sale has no waiting room: buy when it opens." },
  turn_needed: {
    zh: "请先进入等候室，轮到你时再购买。",
    en: "Enter the waiting room first; buy when it is your turn.",
  },
  turn_over: { zh: "你的购买时间已过，可以重新排队。", en: "Your turn is over. You may queue again." },
  lobby_full: { zh: "等候室已满，请稍后再试。", en: "The waiting room is full. Try again later." },
  proof_needed: {
    zh: "设备没能完成防刷验证，请再试一次。",
    en: "Your device did not finish the check against programs. Try again.",
  },
  device_limit: {
    zh: "这台设备上参加抢购的账号已达上限。",
    en: "As many accounts as may have come to the sale from this device.",
  },
  members_only: { zh: "这场抢购只对会员开放。", en: "This sale is for members of the shop." },
  followers_only: {
    zh: "这场抢购只对开抢前已关注主播的粉丝开放。",
    en: "This sale is for those who followed its host before it opened.",
  },
  host_not_found: { zh: "没有这位主播。", en: "There is no such host." },
  person_not_found: { zh: "没有这个用户。", en: "There is no such person." },
  too_many_follows: {
    zh: "现在关注的人太多，请稍后再试。",
    en: "Too many follow at this moment. Try again in a second.",
  },
  not_your_room: { zh: "你没有这场直播。", en: "There is no such session of yours." },

  // Orders.
  order_not_found: { zh: "你没有这个订单。", en: "You have no such order." },
  order_expired: { zh: "订单超时未付款。", en: "The order was not paid in time." },
  order_cancelled: { zh: "订单已取消。", en: "The order was cancelled." },
  order_refunded: { zh: "订单已退款。", en: "The order was refunded." },
  payment_declined: { zh: "付款被拒绝，请再试一次。", en: "The payment was declined. Try again." },
  payment_not_known: { zh: "没有这笔付款。", en: "There is no such payment." },
  unknown_shelf: { zh: "没有这个货架。", en: "There is no such shelf." },
  unknown_sku: { zh: "货道上的商品规格不存在。", en: "A slot names goods that do not exist." },
  not_registered: { zh: "这台设备还没有登记到货架。", en: "This device belongs to no shelf." },
  unknown_slot: { zh: "货架没有这个货道。", en: "The shelf has no such slot." },
  method_not_offered: { zh: "这里不支持该付款方式。", en: "That way to pay is not offered here." },
  payment_under_way: {
    zh: "这个订单的另一笔付款正在进行，请稍后再试。",
    en: "Another payment of this order is under way. Try again in a moment.",
  },
  not_refundable: { zh: "订单目前不能退款。", en: "The order cannot be refunded as it stands." },
  delivery_not_dead: { zh: "没有这条失败的通知。", en: "There is no such dead delivery." },
  already_paid: { zh: "订单已经付过款。", en: "The order is paid already." },
  payment_not_genuine: { zh: "付款通知无法验证。", en: "The message about the payment is not genuine." },

  // After-sales.
  case_not_found: { zh: "没有这个售后单。", en: "There is no such case." },
  not_at_this_stage: {
    zh: "售后单的状态已经变化，请刷新。",
    en: "The case is at another stage by now. Load it again.",
  },
  too_late_for_a_case: {
    zh: "订单目前不能申请售后。",
    en: "That cannot be asked for of this order now.",
  },
  not_that_many: { zh: "数量超出可申请的件数。", en: "The order does not have so many that are in no other case." },
  too_many_cases: { zh: "这个订单的售后单太多了。", en: "There are too many cases of this order." },
  no_replacement: { zh: "没有可以更换的商品。", en: "There is nothing to be given in exchange." },
  own_case: { zh: "不能处理自己的售后单。", en: "Nobody acts for the shop in a case of their own." },
  not_a_photo: { zh: "请上传 PNG、JPEG 或 WebP 照片。", en: "That is no photo as PNG, JPEG or WebP." },
  too_many_photos: { zh: "照片数量已达上限。", en: "The case has as many photos as it may have." },
  photo_too_long: { zh: "照片太大了。", en: "The photo is too large." },

  // Dispatch.
  not_on_shift: { zh: "你还没有上班。", en: "You are not on shift." },
  position_implausible: {
    zh: "位置时间不正确，请检查设备时钟。",
    en: "That position is from the future. Check the device's clock.",
  },
  offer_unknown: { zh: "没有这个派单。", en: "There is no such offer for you." },
  offer_over: { zh: "这个派单已失效。", en: "That offer is over." },
  too_many_deliveries: { zh: "手上的配送单已满。", en: "You hold as many deliveries as you may." },
  delivery_unknown: { zh: "没有这个配送单。", en: "There is no such delivery for you." },
  wrong_stage: { zh: "还没有到这一步。", en: "The delivery is not that far." },
  goods_in_hand: { zh: "还有货没有送完，不能下班。", en: "You still have goods to deliver." },
};
