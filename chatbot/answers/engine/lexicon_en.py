"""English words that shoppers use for the same thing, written for this project.

Terms are separated by commas, folded (no accents, lower case) and compared by stem; a term of several words
must stand in that order. A term may serve several ideas.
"""

COMMON = frozenset(
    """a an the i me my mine we us our you your yours he she it its they them their this that these those there here
    am is are was were be been being do does did doing done have has had having will would shall should can could may
    might must to of in on at by for from with about into as and or but if so than then too very just also really
    please thanks thank hello hi hey dear good morning afternoon evening regards cheers ok okay yes no not now
    what which who whom any some all get got getting need want like know tell let make made give given use using
    possible able help sorry guys team sir madam am im ive ill id dont doesnt cant wont isnt etc one ones thing things
    something anything would'd up out etc question wondering wonder looking look try trying tried say said says today
    however because since while still again already only even well way go going s t re ve ll d m""".split()
)

GREETINGS = (
    "hello", "hi there", "hi", "hey", "good morning", "good afternoon", "good evening", "dear team", "dear sir or madam",
    "many thanks", "thanks in advance", "thank you very much", "thank you", "thanks", "cheers", "kind regards",
    "best regards", "regards", "please", "have a nice day",
)  # fmt: skip

ABBREVIATIONS = {
    "u": "you", "ur": "your", "r": "are", "pls": "please", "plz": "please", "thx": "thanks", "ty": "thanks",
    "pkg": "package", "msg": "message", "acc": "account", "acct": "account", "pw": "password", "pwd": "password",
    "addr": "address", "deliv": "delivery", "qty": "quantity", "info": "information", "infos": "information",
    "cc": "credit card", "asap": "quickly", "tho": "though", "wheres": "where is", "whens": "when is",
    "whats": "what is", "hows": "how is", "havent": "have not", "hasnt": "has not", "didnt": "did not",
    "wasnt": "was not", "arent": "are not", "couldnt": "could not", "wanna": "want to", "gonna": "going to",
    "gotta": "have to", "lemme": "let me", "bday": "birthday", "xmas": "christmas", "tel": "phone", "eco": "ecological",
    "promo": "10 off, come off, knocked off, deals, coupon, welcome code, bogof, half price, clearance, special, "
    "promo code", "app": "application", "intl": "international", "mins": "minutes", "hrs": "hours",
    "wks": "weeks", "mths": "months", "cus": "because", "cuz": "because", "dunno": "do not know", "ofc": "of course",
}  # fmt: skip

# Plain wishes for a person, and matters too grave for a machine; both are searched in the folded text.
PERSON = (
    r"(?:speak|talk|chat|connect me|put me through|transfer me|pass me|get me|give me|i want|i need|i d like|i would like|let me have)"
    r"(?: [a-z]+)? ?(?:to|with|for)?(?: (?:a|an|the|your|some|any|real|actual|live|proper))* "
    r"(?:human|humans|person|people|someone|somebody|agent|advisor|adviser|representative|operator|manager|supervisor|assistant|colleague|member of staff|human being|customer service|customer services|customer support|support team)\b",
    r"\b(?:real|actual|live|proper) (?:human|person|people|agent|operator|advisor)\b",
    r"^(?:a )?(?:human|agent|operator|person|advisor|representative)(?: please| now)?$",
    r"\b(?:not|no|stop|don t want|sick of) (?:a |the |this |talking to a |talking to )*(?:bot|robot|machine|chatbot)s?\b",
    r"\b(?:call|ring|phone) me(?: back)?\b",
)
GRAVE = (
    r"\b(?:lawyer|solicitor|attorney|bailiff|lawsuit|sue you|take you to court|small claims|trading standards|ombudsman)\b",
    r"\b(?:police|hospital|injured|injury|burnt|burned my|caught fire|electric shock|allergic reaction|poisoned)\b",
    r"\b(?:furious|disgusted|outraged|unacceptable|shame on you|shameful|scammers|liars|formal complaint|compensation|damages)\b",
    r"\b(?:someone|somebody) (?:else )?(?:has )?(?:used|stole|hacked) my\b|\b(?:been|was) hacked\b|\bidentity theft\b",
)

CONCEPTS: dict[str, str] = {
    "delivery": "postage, p&p, postman, van, driver, mailed, ships, get here, get to me, reach me, make it, turn up, show up, handed over, "
    "delivery, deliver, shipping, ship, shipment, dispatch, send, sent, post, postage, courier, carrier, freight, "
    "arrive, bring, drop off",
    "parcel": "parcel, package, order, purchase, box, delivery, shipment, item, stuff, goods, packet, thing i bought, things i bought",
    "tracking": "left your warehouse, warehouse, moved since, hasn t moved, has not moved, where has my, where did my, got to, stuck, heard nothing, sorting office, been sent, gone out, where s my, out for delivery, posted yet, "
    "track, tracking, where is, status, locate, follow, whereabouts, progress, not arrived, not received, shipped yet, "
    "arrived yet, on its way, still waiting, waiting for, in transit, has not come, no news, any news, eta, trace, where has",
    "duration": "deadline, turnaround, arrives when, get here, in time, on time, before, weekend, last date, until, "
    "how long, how many days, how many weeks, how fast, how quickly, how soon, when, time, delay, days, weeks, lead time, "
    "takes, speed, wait, hours, deadline, until when, by when, within",
    "cost": "postage, p&p, quid, pounds, dollars, pricey, spend, minimum spend, charges, fees, "
    "cost, price, fee, charge, how much, expensive, rate, free, pay extra, amount, cheap, cheaper, tariff, minimum, threshold",
    "free": "free, free of charge, no cost, complimentary, offered, without paying, waive",
    "express": "express, next day, overnight, fast, faster, quick, urgent, rush, tomorrow, expedite, expedited, same day, priority, hurry, 24h",
    "abroad": "dublin, paris, berlin, channel islands, northern ireland, scotland, highlands, new zealand, live in, moving to, ship to, postal area, "
    "abroad, international, internationally, overseas, country, countries, europe, eu, worldwide, foreign, outside, "
    "belgium, switzerland, germany, spain, italy, canada, usa, america, united states, uk, england, ireland, france, australia, "
    "luxembourg, netherlands, portugal, poland, island, islands, japan, norway, brexit, destination",
    "customs": "customs, duty, duties, import tax, import, brexit, declaration, tariff",
    "pickup": "fetch it, come and fetch, come by, drop by, pop in, pick it up, come to you, get it myself, "
    "pick up, pickup, collect, collection, click and collect, relay, locker, point, drop off point, in store, from the shop, "
    "collect in person, parcel shop, come and get",
    "shopplace": "see it in person, see them in person, try it on, where abouts, whereabouts, based, come and see, find you, "
    "store, shop, showroom, boutique, physical, premises, branch, location, located, visit, in person, address of the shop, "
    "brick and mortar, outlet, where are you",
    "hours": "opening hours, open, close, closed, opening, hours, sunday, saturday, monday, weekend, bank holiday, what time",
    "late": "still nothing, been waiting, weeks ago, nothing yet, was due, due, took the day off, not here, not come, hasn t come, promised date, where is it, "
    "late, delayed, delay, overdue, still not, not yet, never arrived, taking too long, not arrived, supposed to, should have, "
    "not received, has not arrived, slow, behind schedule, past the date, nothing has come, waiting for ages, still waiting",
    "lost": "empty letterbox, says delivered, claims delivered, not here, never came, never turned up, never showed up, "
    "lost, missing, disappeared, stolen, vanished, never received, marked as delivered, says delivered, gone, neighbour, not there, "
    "nothing was there, mislaid, cannot find",
    "address": "house number, office, work instead, instead of home, to my work, my postcode, send it to, different address, another address, moved house, "
    "address, street, moved, moving house, house number, zip, postcode, delivery address, new place, flat, deliver somewhere else, relocate",
    "change": "change, modify, edit, amend, update, correct, switch, alter, adjust, mistake, wrong, replace, typo, fix",
    "cancel": "stop my order, drop one, called off, take it off, by accident, clicked twice, ordered two, ordered twice, back out, scrap, undo, end my plan, get out of, "
    "cancel, cancellation, annul, call off, do not want, changed my mind, no longer want, stop the order, by mistake, withdraw, undo, void, revoke",
    "add": "add, include, extra item, another item, combine, forgot, forgotten, merge, one more, together",
    "return": "not happy, does not suit, doesn t suit, do not want it, don t want it, do not like it, don t like, already have one, give it back, take it back, take them back, not for me, "
    "return, returns, send back, send it back, give back, bring back, sending back, take back, returned, returning, withdrawal, ship back, do not like, unwanted, post back, "
    "mail back, change of mind, right of withdrawal, cooling off, keep it",
    "refund": "in my bank, back on my card, see my money, owe me, get back, bank account, waiting for my money, my cash, money returned, reimbursed, compensated, "
    "refund, money back, reimburse, reimbursement, get my money, paid back, pay me back, repay, credited, credit back, refunded, my money, give me back my money, get back what i paid",
    "exchange": "in another colour, in navy, in black, change it for, change for, the next size, "
    "exchange, swap, replace, another size, different size, other size, different colour, other colour, trade, instead, replacement",
    "label": "label, return label, slip, return form, prepaid, print, printer, barcode, qr code, return note",
    "damaged": "wilted, snapped, snapped off, soil everywhere, fell, dropped, crack, dent, scuffed, soaked, wet, melted, mouldy, burst, "
    "damaged, broken, smashed, cracked, torn, scratched, dented, crushed, shattered, leak, leaking, spoiled, in pieces, bits, chipped, ripped, stained, poor condition, bent, squashed",
    "faulty": "died, fell off, won t move, will not move, weird noise, noise, stops, keeps stopping, no sound, black screen, won t charge, does not charge, came off, came apart, lasted, water coming out, leaks, won t turn on, does nothing, broke down, no longer works, "
    "faulty, defective, defect, not working, does not work, stopped working, malfunction, broken, dead, fault, will not turn on, does not turn on, will not start, "
    "fell apart, broke, stop working, failing, out of order, gives up, packed up",
    "wrongitem": "asked for, instead of, i wanted, belongs to someone, sent me the wrong, not mine, got a, different one, wrong colour, wrong model, "
    "wrong item, wrong product, wrong size, wrong colour, not what i ordered, different from, incorrect, mistake in my order, another product, someone else, mixed up, not the right, wrong one",
    "missingitem": "just got one, only got, only one, bits missing, no screws, not in the parcel, one short, pieces missing, was not in, left out, "
    "missing item, incomplete, only received, part of, not in the box, one is missing, missing, not everything, absent, half of, items missing, empty box, short",
    "warranty": "warranty, guarantee, guaranteed, covered, coverage, legal guarantee, years, lifetime, insurance",
    "repair": "repair, fix, mend, service, spare part, spare parts, spares, fixed, mending, after sales, replacement part, maintenance",
    "payment": "pay, payment, paying, checkout, settle, card, paypal, paid, transaction, purchase",
    "paymethod": "credit card, debit card, visa, mastercard, amex, american express, paypal, apple pay, google pay, bank transfer, wire, "
    "cheque, check, cash, payment method, payment methods, payment options, ways to pay, klarna, bancontact, ideal, maestro, means of payment, bitcoin, crypto",
    "instalments": "few months, half now, over time, 3 payments, two payments, three payments, month by month, buy now, next month, afterpay, interest free, clearpay, "
    "instalments, installments, instalment, in several payments, three times, 3 times, four times, monthly, pay later, split, spread, credit, finance, "
    "klarna, in 3x, in parts, deferred, financing, bit by bit, over several months",
    "declined": "declined, refused, rejected, failed, does not go through, not accepted, error, did not work, blocked, will not go through, payment problem, will not accept, not going through, bounce, cannot pay",
    "doublecharge": "charged twice, twice, double, two times, duplicate, billed twice, debited twice, overcharged, too much, second charge, two payments, unknown charge",
    "whencharged": "when charged, when will i be charged, debited, charge my card, taken from my account, when do you take, debit, money leave, withdrawn, billed",
    "secure": "secure, safe, security, encrypted, fraud, 3d secure, protected, trust, scam, reliable, legit, genuine site, risk, hacked, steal my card",
    "invoice": "paperwork, accountant, accounts, tax return, in my company name, for my company, copy of the bill, proof, "
    "invoice, receipt, bill, proof of purchase, vat invoice, billing document, tax receipt, invoices, accounting, expense, paperwork, pdf",
    "vat": "vat, tax, taxes, tax free, duty free, excluding tax, including tax, net price, tva",
    "business": "company, business, wholesale, bulk, professional, professionals, trade, b2b, reseller, resell, retailer, large quantity, corporate, quote, association, "
    "school, big order, distributor, stockist, works council, hundreds",
    "promo": "promo code, promotion, discount, voucher, coupon, code, offer, sale, reduction, deal, sales, promotional, rebate, cheaper, percent off, bargain, black friday, special offer, money off",
    "notaccepted": "not working, does not work, invalid, not accepted, expired, refuses, error, cannot apply, not applied, will not apply, does nothing, unable, forgot to enter, rejected, expire",
    "student": "student, students, military, teacher, nurse, under 26, senior, unemployed, key worker",
    "giftcard": "gift card, gift cards, gift voucher, gift certificate, e-gift, voucher, balance, giftcard, store credit, top up",
    "giftwrap": "little message, inside, see the price, wrap it, write something, happy birthday, surprise, plain box, make it look, granny, for my dad, for my mum, handwritten card, without price, hide the price, for someone else, "
    "gift wrap, gift wrapping, wrapping, wrap, wrapped, gift box, ribbon, gift message, note, card with a message, present, gift, personal message, handwritten, wrapping paper",
    "loyalty": "stars, my points, friend buys, tier, birthday club, stamps, cashback, referred, "
    "loyalty, points, rewards, reward, fidelity, membership, club, vip, loyalty program, programme, earn, sponsorship, referral, refer a friend, referral link, invite a friend, recommend to a friend, perks, member, bonus",
    "account": "get into my account, my profile, guest checkout, have to register, new email, change my email, "
    "account, sign in, log in, login, register, sign up, profile, my account, registration, create account, guest, without an account, username, logging in, credentials",
    "password": "password, forgot my password, reset, passcode, locked out, forgotten password, credentials, cannot log in, recover, reset link, cannot get in, locked",
    "deleteaccount": "delete my account, close my account, delete, remove, erase, deactivate, deletion, unsubscribe, shut my account, get rid of",
    "privacy": "data, privacy, gdpr, personal information, personal data, confidentiality, cookies, my details, information about me, third parties, sell my data, store my data, marketing consent",
    "newsletter": "take me off, off your list, enough with, inbox full, texts, sms, stop the emails, messages from you, "
    "newsletter, unsubscribe, mailing list, emails, spam, stop sending, marketing emails, subscribe, stop receiving, too many emails, advertising, opt out, mailing",
    "email": "email, mail, e-mail, inbox, confirmation email, spam, mailbox",
    "confirmation": "confirmation, confirmed, confirmation email, did my order go through, went through, order number, no email, validated, no confirmation, order placed, received my order, acknowledgement",
    "contact": "contact, phone, call, reach, speak, talk, write to you, email you, phone number, customer service, telephone, support, helpline, get in touch, get hold, ring, hotline, assistance, someone, message you",
    "human": "human, person, agent, advisor, representative, operator, someone, real person, somebody, staff, colleague, employee",
    "size": "kilos, kg, ft, inches, inch, foot, feet, hips, chest, waistline, bust, petite, plus size, what should i take, wide, how big, how wide, how tall, baggy, "
    "size, sizes, sizing, fit, fits, measurements, size guide, size chart, too small, too big, large, small, medium, length, width, waist, tall, runs small, true to size, dimension, dimensions, "
    "measure, shoe size, between two sizes, tight, loose, cm, height, depth",
    "stock": "stock, in stock, out of stock, sold out, available, availability, back in stock, restock, unavailable, restocked, inventory, still have, come back, run out, back order, when will you have, have it again, return in stock",
    "alert": "notify, alert, notification, let me know when, warn, reminder, email me when, waiting list, tell me when",
    "preorder": "preorder, pre-order, pre order, advance order, reserve, reservation, set aside, hold, book, put aside, release date, coming out",
    "material": "material, made of, fabric, cotton, leather, wool, composition, wood, plastic, vegan, ingredients, ingredient, contain, allergens, allergy, allergic, gluten, nuts, "
    "organic, silk, linen, polyester, nickel, what is in, steel, synthetic, latex, allergen",
    "care": "tumble, shrink, shrinks, wine on, washable, bleach, spin, rinse, hoover, wipe, soak, limescale, descale, colour run, fade, "
    "wash, washing, clean, cleaning, care, iron, tumble dry, machine, dishwasher, maintain, look after, stain, laundry, dry clean, shrink, hand wash, dryer, polish, maintenance, rinse",
    "origin": "where made, made in, manufactured, origin, produced, factory, come from, handmade, locally, workshop, provenance, production, sourced, manufacture, country of origin",
    "eco": "eco, ecological, sustainable, environment, recycled, recycle, recyclable, carbon, packaging, plastic free, green, ethical, planet, eco-friendly, footprint, sustainability, climate, environmental, fair trade, animal testing, cruelty free",
    "recycling": "recycle, old device, take back, trade in, second hand, used, disposal, donate, old one, take away, worn, e-waste, batteries, old furniture, resale, secondhand, refurbished",
    "personalise": "personalise, personalize, custom, engrave, engraving, customise, customised, monogram, initials, embroidery, bespoke, made to measure, tailor made, print a name, name on it, own design, tailored",
    "sample": "sample, samples, swatch, try, tester, test, trial, try before, fabric sample, free sample",
    "compatible": "compatible, compatibility, work with, fit my, match, suitable, go with, adapter, plug, voltage, suits, connect, right for me",
    "instructions": "instructions, manual, assembly, assemble, guide, how to use, install, installation, user manual, set up, mount, build, put together, notice, user guide, fit it, instruction",
    "advice": "advice, advise, recommend, recommendation, choose, which one, suggest, best for, help me choose, suitable, what should i buy, opinion, between two, idea, hesitating",
    "reviews": "review, reviews, rating, comment, feedback, opinion, testimonial, stars, complaint, leave a review",
    "authentic": "authentic, original, genuine, fake, counterfeit, real, official, replica, authenticity, certificate, certified",
    "freshness": "expiry, best before, fresh, shelf life, use by, store, storage, keep, conservation, fridge, refrigerate, how long does it keep, expiration, frozen, cold, cool, perishable",
    "subscription": "hold the next, end my plan, too often, every week, next bag, next box, next delivery, how often, "
    "subscription, subscribe, monthly box, auto renew, renewal, pause, skip, recurring, renew, plan, cancel my subscription, monthly, every month, box, suspend",
    "jobs": "job, jobs, work for you, career, careers, vacancy, hiring, recruit, recruiting, internship, apply, cv, application, employment, work with you, resume",
    "press": "press, influencer, partnership, collaboration, collaborate, sponsor, media, journalist, affiliate, blogger, partner",
    "signature": "driver, next door, work days, shed, card through my door, missed me, never home, be there, letterbox, porch, garage, during the day, i am out, at the office, "
    "signature, sign, not at home, absent, be home, nobody home, leave with, neighbour, safe place, at work, someone in, redelivery, missed, out when, not in, concierge, doorstep, failed delivery",
    "slot": "time slot, choose day, choose date, schedule, appointment, particular day, specific date, slot, evening, morning, saturday, choose when, delivery date, weekend, certain date, book a",
    "upstairs": "upstairs, floor, room of choice, carry, stairs, lift, heavy, bulky, large item, two men, furniture delivery, kerbside, elevator, inside the house, oversized",
    "split": "several parcels, two parcels, separately, separate, split, multiple packages, in one go, at the same time, part of my order, partial, several packages, different boxes, two packages",
    "postreturn": "return received, got my return, received my return, returned parcel, sent back, return status, already returned, sent it back, have you received",
    "basket": "basket, cart, checkout, add to cart, shopping bag, bag, place an order, how to order, order online, place order, buying, ordering",
    "website": "website, site, page, app, application, bug, crash, error, load, loading, browser, frozen, online, screen, technical, slow, glitch, mobile",
    "currency": "currency, euro, euros, dollar, dollars, pounds, sterling, exchange rate, gbp, usd, chf, eur, conversion",
    "pricematch": "amazon, less on, fiver less, half price today, bought yesterday, elsewhere, other shop, another site, lower, undercut, cheaper on, "
    "price match, cheaper elsewhere, competitor, lower price, price dropped, price difference, found it cheaper, price drop, adjust the price, price changed, went on sale, price guarantee",
    "language": "language, english, french, translate, translation, speak english, german",
    "catalogue": "catalogue, catalog, brochure, collection, range, new arrivals, printed, look book, lookbook, novelties",
    "pets": "pet, dog, cat, puppy, kitten, animal", "children": "child, children, kid, kids, baby, toddler, age, newborn, toy, son, daughter",
    "phoneorder": "order by phone, by phone, over the phone, by post, by mail, place an order by, call to order",
    "legal": "terms, conditions, terms and conditions, legal, siret, company number, policy, mediator, dispute, rights, contract",
    "occasion": "christmas, santa, xmas, birthday, wedding, party, valentine, mother s day, father s day, easter, anniversary, holidays, festive, halloween, baby shower, diwali",
    "power": "battery, batteries, aa, charge, charger, charging, rechargeable, plug, power supply, mains, cable, electric, volt, usb, adaptor",
    "safety": "safe, safety, toxic, poisonous, choking, hazard, harmful, ce mark, bpa, chemicals, non toxic, dangerous, recall, standard, mouth, swallow, paint",
    "food": "eat, drink, recipe, cook, taste, tastes, flavour, bitter, sweet, dish, meal, meat, cheese, fish, goes with, pair, pairing",
    "choice": "new to this, beginner, start with, what do i get, best one, which is best, what goes with, for someone who",
}  # fmt: skip
