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
    "promo": "promo code", "app": "application", "intl": "international", "mins": "minutes", "hrs": "hours",
    "wks": "weeks", "mths": "months", "cus": "because", "cuz": "because", "dunno": "do not know", "ofc": "of course",
}  # fmt: skip

CONCEPTS: dict[str, str] = {
    "delivery": "delivery, deliver, shipping, ship, shipment, dispatch, send, sent, post, postage, courier, carrier, freight, "
    "arrive, bring, drop off",
    "parcel": "parcel, package, order, purchase, box, delivery, shipment, item, stuff, goods, packet, thing i bought, things i bought",
    "tracking": "track, tracking, where is, status, locate, follow, whereabouts, progress, not arrived, not received, shipped yet, "
    "arrived yet, on its way, still waiting, waiting for, in transit, has not come, no news, any news, eta, trace, where has",
    "duration": "how long, how many days, how many weeks, how fast, how quickly, how soon, when, time, delay, days, weeks, lead time, "
    "takes, speed, wait, hours, deadline, until when, by when, within",
    "cost": "cost, price, fee, charge, how much, expensive, rate, free, pay extra, amount, cheap, cheaper, tariff, minimum, threshold",
    "free": "free, free of charge, no cost, complimentary, offered, without paying, waive",
    "express": "express, next day, overnight, fast, faster, quick, urgent, rush, tomorrow, expedite, expedited, same day, priority, hurry, 24h",
    "abroad": "abroad, international, internationally, overseas, country, countries, europe, eu, worldwide, foreign, outside, "
    "belgium, switzerland, germany, spain, italy, canada, usa, america, united states, uk, england, ireland, france, australia, "
    "luxembourg, netherlands, portugal, poland, island, islands, japan, norway, brexit, destination",
    "customs": "customs, duty, duties, import tax, import, brexit, declaration, tariff",
    "pickup": "pick up, pickup, collect, collection, click and collect, relay, locker, point, drop off point, in store, from the shop, "
    "collect in person, parcel shop, come and get",
    "shopplace": "store, shop, showroom, boutique, physical, premises, branch, location, located, visit, in person, address of the shop, "
    "brick and mortar, outlet, where are you",
    "hours": "opening hours, open, close, closed, opening, hours, sunday, saturday, monday, weekend, bank holiday, what time",
    "late": "late, delayed, delay, overdue, still not, not yet, never arrived, taking too long, not arrived, supposed to, should have, "
    "not received, has not arrived, slow, behind schedule, past the date, nothing has come, waiting for ages, still waiting",
    "lost": "lost, missing, disappeared, stolen, vanished, never received, marked as delivered, says delivered, gone, neighbour, not there, "
    "nothing was there, mislaid, cannot find",
    "address": "address, street, moved, moving house, house number, zip, postcode, delivery address, new place, flat, deliver somewhere else, relocate",
    "change": "change, modify, edit, amend, update, correct, switch, alter, adjust, mistake, wrong, replace, typo, fix",
    "cancel": "cancel, cancellation, annul, call off, do not want, changed my mind, no longer want, stop the order, by mistake, withdraw, undo, void, revoke",
    "add": "add, include, extra item, another item, combine, forgot, forgotten, merge, one more, together",
    "return": "return, returns, send back, send it back, give back, bring back, sending back, take back, returned, returning, withdrawal, ship back, do not like, unwanted, post back, "
    "mail back, change of mind, right of withdrawal, cooling off, keep it",
    "refund": "refund, money back, reimburse, reimbursement, get my money, paid back, pay me back, repay, credited, credit back, refunded, my money, give me back my money, get back what i paid",
    "exchange": "exchange, swap, replace, another size, different size, other size, different colour, other colour, trade, instead, replacement",
    "label": "label, return label, slip, return form, prepaid, print, printer, barcode, qr code, return note",
    "damaged": "damaged, broken, smashed, cracked, torn, scratched, dented, crushed, shattered, leak, leaking, spoiled, in pieces, bits, chipped, ripped, stained, poor condition, bent, squashed",
    "faulty": "faulty, defective, defect, not working, does not work, stopped working, malfunction, broken, dead, fault, will not turn on, does not turn on, will not start, "
    "fell apart, broke, stop working, failing, out of order, gives up, packed up",
    "wrongitem": "wrong item, wrong product, wrong size, wrong colour, not what i ordered, different from, incorrect, mistake in my order, another product, someone else, mixed up, not the right, wrong one",
    "missingitem": "missing item, incomplete, only received, part of, not in the box, one is missing, missing, not everything, absent, half of, items missing, empty box, short",
    "warranty": "warranty, guarantee, guaranteed, covered, coverage, legal guarantee, years, lifetime, insurance",
    "repair": "repair, fix, mend, service, spare part, spare parts, spares, fixed, mending, after sales, replacement part, maintenance",
    "payment": "pay, payment, paying, checkout, settle, card, paypal, paid, transaction, purchase",
    "paymethod": "credit card, debit card, visa, mastercard, amex, american express, paypal, apple pay, google pay, bank transfer, wire, "
    "cheque, check, cash, payment method, payment methods, payment options, ways to pay, klarna, bancontact, ideal, maestro, means of payment, bitcoin, crypto",
    "instalments": "instalments, installments, instalment, in several payments, three times, 3 times, four times, monthly, pay later, split, spread, credit, finance, "
    "klarna, in 3x, in parts, deferred, financing, bit by bit, over several months",
    "declined": "declined, refused, rejected, failed, does not go through, not accepted, error, did not work, blocked, will not go through, payment problem, will not accept, not going through, bounce, cannot pay",
    "doublecharge": "charged twice, twice, double, two times, duplicate, billed twice, debited twice, overcharged, too much, second charge, two payments, unknown charge",
    "whencharged": "when charged, when will i be charged, debited, charge my card, taken from my account, when do you take, debit, money leave, withdrawn, billed",
    "secure": "secure, safe, security, encrypted, fraud, 3d secure, protected, trust, scam, reliable, legit, genuine site, risk, hacked, steal my card",
    "invoice": "invoice, receipt, bill, proof of purchase, vat invoice, billing document, tax receipt, invoices, accounting, expense, paperwork, pdf",
    "vat": "vat, tax, taxes, tax free, duty free, excluding tax, including tax, net price, tva",
    "business": "company, business, wholesale, bulk, professional, professionals, trade, b2b, reseller, resell, retailer, large quantity, corporate, quote, association, "
    "school, big order, distributor, stockist, works council, hundreds",
    "promo": "promo code, promotion, discount, voucher, coupon, code, offer, sale, reduction, deal, sales, promotional, rebate, cheaper, percent off, bargain, black friday, special offer, money off",
    "notaccepted": "not working, does not work, invalid, not accepted, expired, refuses, error, cannot apply, not applied, will not apply, does nothing, unable, forgot to enter, rejected, expire",
    "student": "student, students, military, teacher, nurse, under 26, senior, unemployed, key worker",
    "giftcard": "gift card, gift cards, gift voucher, gift certificate, e-gift, voucher, balance, giftcard, store credit, top up",
    "giftwrap": "gift wrap, gift wrapping, wrapping, wrap, wrapped, gift box, ribbon, gift message, note, card with a message, present, gift, personal message, handwritten, wrapping paper",
    "loyalty": "loyalty, points, rewards, reward, fidelity, membership, club, vip, loyalty program, programme, earn, sponsorship, referral, refer a friend, referral link, invite a friend, recommend to a friend, perks, member, bonus",
    "account": "account, sign in, log in, login, register, sign up, profile, my account, registration, create account, guest, without an account, username, logging in, credentials",
    "password": "password, forgot my password, reset, passcode, locked out, forgotten password, credentials, cannot log in, recover, reset link, cannot get in, locked",
    "deleteaccount": "delete my account, close my account, delete, remove, erase, deactivate, deletion, unsubscribe, shut my account, get rid of",
    "privacy": "data, privacy, gdpr, personal information, personal data, confidentiality, cookies, my details, information about me, third parties, sell my data, store my data, marketing consent",
    "newsletter": "newsletter, unsubscribe, mailing list, emails, spam, stop sending, marketing emails, subscribe, stop receiving, too many emails, advertising, opt out, mailing",
    "email": "email, mail, e-mail, inbox, confirmation email, spam, mailbox",
    "confirmation": "confirmation, confirmed, confirmation email, did my order go through, went through, order number, no email, validated, no confirmation, order placed, received my order, acknowledgement",
    "contact": "contact, phone, call, reach, speak, talk, write to you, email you, phone number, customer service, telephone, support, helpline, get in touch, get hold, ring, hotline, assistance, someone, message you",
    "human": "human, person, agent, advisor, representative, operator, someone, real person, somebody, staff, colleague, employee",
    "size": "size, sizes, sizing, fit, fits, measurements, size guide, size chart, too small, too big, large, small, medium, length, width, waist, tall, runs small, true to size, dimension, dimensions, "
    "measure, shoe size, between two sizes, tight, loose, cm, height, depth",
    "stock": "stock, in stock, out of stock, sold out, available, availability, back in stock, restock, unavailable, restocked, inventory, still have, come back, run out, back order, when will you have, have it again, return in stock",
    "alert": "notify, alert, notification, let me know when, warn, reminder, email me when, waiting list, tell me when",
    "preorder": "preorder, pre-order, pre order, advance order, reserve, reservation, set aside, hold, book, put aside, release date, coming out",
    "material": "material, made of, fabric, cotton, leather, wool, composition, wood, plastic, vegan, ingredients, ingredient, contain, allergens, allergy, allergic, gluten, nuts, "
    "organic, silk, linen, polyester, nickel, what is in, steel, synthetic, latex, allergen",
    "care": "wash, washing, clean, cleaning, care, iron, tumble dry, machine, dishwasher, maintain, look after, stain, laundry, dry clean, shrink, hand wash, dryer, polish, maintenance, rinse",
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
    "subscription": "subscription, subscribe, monthly box, auto renew, renewal, pause, skip, recurring, renew, plan, cancel my subscription, monthly, every month, box, suspend",
    "jobs": "job, jobs, work for you, career, careers, vacancy, hiring, recruit, recruiting, internship, apply, cv, application, employment, work with you, resume",
    "press": "press, influencer, partnership, collaboration, collaborate, sponsor, media, journalist, affiliate, blogger, partner",
    "signature": "signature, sign, not at home, absent, be home, nobody home, leave with, neighbour, safe place, at work, someone in, redelivery, missed, out when, not in, concierge, doorstep, failed delivery",
    "slot": "time slot, choose day, choose date, schedule, appointment, particular day, specific date, slot, evening, morning, saturday, choose when, delivery date, weekend, certain date, book a",
    "upstairs": "upstairs, floor, room of choice, carry, stairs, lift, heavy, bulky, large item, two men, furniture delivery, kerbside, elevator, inside the house, oversized",
    "split": "several parcels, two parcels, separately, separate, split, multiple packages, in one go, at the same time, part of my order, partial, several packages, different boxes, two packages",
    "postreturn": "return received, got my return, received my return, returned parcel, sent back, return status, already returned, sent it back, have you received",
    "basket": "basket, cart, checkout, add to cart, shopping bag, bag, place an order, how to order, order online, place order, buying, ordering",
    "website": "website, site, page, app, application, bug, crash, error, load, loading, browser, frozen, online, screen, technical, slow, glitch, mobile",
    "currency": "currency, euro, euros, dollar, dollars, pounds, sterling, exchange rate, gbp, usd, chf, eur, conversion",
    "pricematch": "price match, cheaper elsewhere, competitor, lower price, price dropped, price difference, found it cheaper, price drop, adjust the price, price changed, went on sale, price guarantee",
    "language": "language, english, french, translate, translation, speak english, german",
    "catalogue": "catalogue, catalog, brochure, collection, range, new arrivals, printed, look book, lookbook, novelties",
    "pets": "pet, dog, cat, puppy, kitten, animal", "children": "child, children, kid, kids, baby, toddler, age, newborn, toy, son, daughter",
    "phoneorder": "order by phone, by phone, over the phone, by post, by mail, place an order by, call to order",
    "legal": "terms, conditions, terms and conditions, legal, siret, company number, policy, mediator, dispute, rights, contract",
}  # fmt: skip
