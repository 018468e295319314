"""French words that shoppers use for the same thing, written for this project.

Terms are separated by commas, folded (no accents, lower case) and compared by stem; a term of several words
must stand in that order. A term may serve several ideas.
"""

COMMON = frozenset(
    """a au aux avec ce ces cet cette ca cela ceci celui celle ceux c d de des du dans en et est etes etait etait sont suis
    es sera serait etre ete eu j je l la le les leur leurs lui m ma me mes moi mon n ne nos notre nous on ont ou par pas pour
    qu que qui quoi s sa se ses si son sur t ta te tes toi ton tu un une vos votre vous y il elle ils elles ai as avez avons
    avoir aurai aurait auriez aviez avait fait faire fais faites faut peut peux puis pouvez pourriez pourrais pouvoir pourrait
    veux veut voudrais voulais voulez souhaite souhaiterais souhaitez aimerais aimerai dois doit devrais devez savoir sais
    est-ce quel quelle quels quelles bonjour bonsoir salut merci svp stp cordialement cdt sil plait bonne journee soiree
    donc alors mais car comme bien tres trop plus moins aussi encore deja toujours jamais meme tout tous toute toutes
    oui non ok chez sans sous apres avant lors peu possible besoin aide aider aidez petit petite question dire dites dis
    voir avance beaucoup vraiment juste parce afin cas ici la-bas celui-ci quelque quelques chose choses autre autres vers
    entre aller vais allez va vient viens svp desole excusez moyen quand-meme eh hello coucou madame monsieur messieurs
    crois pense trouve comprends arrive veuillez serez serait soit sois ait ayant etant puisse puissiez permet permettre
    jour aujourd hui actuellement""".split()
)

GREETINGS = (
    "bonjour madame monsieur", "bonjour a tous", "bonjour", "bonsoir", "salut", "coucou", "hello", "merci d avance",
    "merci beaucoup", "je vous remercie", "merci de votre reponse", "merci de votre aide", "merci", "s il vous plait",
    "s il te plait", "sil vous plait", "svp", "stp", "cordialement", "bien cordialement", "bien a vous", "cdt",
    "bonne journee", "bonne soiree", "bonne reception", "dans l attente de votre reponse",
)  # fmt: skip

ABBREVIATIONS = {
    "cmd": "commande", "cde": "commande", "cmde": "commande", "commmande": "commande", "pb": "probleme", "pbm": "probleme",
    "qd": "quand", "pk": "pourquoi", "pq": "pourquoi", "bcp": "beaucoup", "tjs": "toujours", "tjrs": "toujours",
    "rdv": "rendez vous", "num": "numero", "tel": "telephone", "mdp": "mot de passe", "fdp": "frais de port",
    "cb": "carte bancaire", "rib": "virement", "dispo": "disponible", "dispos": "disponible", "info": "information",
    "infos": "information", "reduc": "reduction", "promo": "bon de, bons, coupon, code de bienvenue, 10 pourcent, cumuler, additionner, vente privee, bon d achat, tarif, en promo, moitie prix, promotions, noel, "
    "code promo", "promos": "code promo", "sav": "service client",
    "adr": "adresse", "qte": "quantite", "anniv": "anniversaire", "mag": "magasin", "pkoi": "pourquoi", "koi": "quoi",
    "jai": "j ai", "cest": "c est", "jarrive": "j arrive", "jattends": "j attends", "jaimerais": "j aimerais",
    "dlai": "delai", "mtn": "maintenant", "vs": "vous", "ns": "nous", "slt": "salut", "bjr": "bonjour", "bsr": "bonsoir",
    "rep": "reponse", "asap": "urgent", "rgpd": "donnees personnelles", "prb": "probleme", "ht": "hors taxe",
    "lettre": "lettre", "appli": "application", "ordi": "ordinateur", "cad": "cadeau", "nb": "nombre", "ac": "avec",
    "ds": "dans", "dc": "donc", "auj": "aujourd hui", "lgtps": "longtemps", "lgtmps": "longtemps", "kdo": "cadeau",
    "2x": "deux fois", "3x": "trois fois", "4x": "quatre fois", "10x": "dix fois", "dom": "outre mer", "expe": "expedition",
}  # fmt: skip

# Plain wishes for a person, and matters too grave for a machine; both are searched in the folded text.
PERSON = (
    r"\b(?:parler|discuter|echanger|dialoguer|causer|passez moi|passe moi|transferez moi|mettez moi|avoir|joindre|voudrais|veux|souhaite|besoin d|en ligne|relation)"
    r"(?: (?:a|avec|en|ligne|relation|un|une|quelque|de|d|vrai|vraie|veritable|votre|vos|direct|directement|au|le|la|l|telephone|tout|suite))* "
    r"(?:humain|humaine|etre humain|conseiller|conseillere|quelqu un|personne|service client|service clients|service clientele|personne reelle|agent|operateur|operatrice|interlocuteur|responsable|employe|employee|collegue|vendeur|vendeuse|directeur|teleconseiller)\b",
    r"\b(?:vrai|vraie|veritable) (?:humain|personne|conseiller|conseillere|agent|gens)\b",
    r"^(?:un |une )?(?:humain|conseiller|conseillere|agent|operateur|personne)(?: svp| s il vous plait| vite)?$",
    r"\b(?:pas|marre|assez|stop|non)(?: (?:a|au|de|d|un|une|le|du|parler))* (?:robot|machine|bot|chatbot|automate)s?\b",
    r"\b(?:rappelez|appelez|rappeler|contactez|recontactez) (?:moi|nous)\b|\b(?:etre|me) (?:rappele|rappelee|rappeler|recontacter)\b",
)
GRAVE = (
    r"\b(?:avocat|avocate|huissier|tribunal|porter plainte|porte plainte|mise en demeure|dgccrf|mediateur|justice|poursuites|60 millions|que choisir)\b",
    r"\b(?:police|gendarmerie|hopital|urgences|blesse|blessee|brule|brulee|pris feu|electrocute|intoxication|empoisonne)\b",
    r"\b(?:inadmissible|inacceptable|scandaleux|scandale|honteux|honte|escrocs|escroquerie|voleurs|furieux|furieuse|dommages et interets|dedommagement|moquez)\b",
    r"\b(?:pirate|piratee|usurpation|quelqu un a utilise ma|utilise ma carte|sans mon accord)\b",
)

CONCEPTS: dict[str, str] = {
    "delivery": "facteur, camion, livreurs, expedies, transporte, reception, receptionner, recevoir, recois, frais de port, "
    "livraison, livrer, livre, livrez, expedition, expedier, expediez, expedie, envoi, envoyer, envoyez, port, acheminement, transporteur, colissimo, "
    "chronopost, la poste, mondial relay, dhl, ups, facteur, transport, arriver, parvenir, livreur",
    "parcel": "colis, commande, paquet, achat, commander, article, produit, envoi, marchandise, carton, livraison, recu, acheter",
    "tracking": "facteur passe, centre de tri, avance plus, parti, ou ca en est, entrepot, prepare, en preparation, pas de nouvelles, bouge pas, bloque au, il est ou, elle est ou, c est ou, mon paquet, "
    "suivi, suivre, ou en est, ou est, statut, etat de ma commande, localiser, avancement, numero de suivi, lien de suivi, pas recu, toujours rien, pas arrive, en cours de livraison, "
    "expediee, partie, sans nouvelle, pas de nouvelle, aucune nouvelle, ou se trouve, bien parti, trace, en transit, j attends, en route, suivie",
    "duration": "a temps, pour vendredi, pour samedi, la semaine prochaine, avant noel, reçu quand, recois quand, met longtemps, prevoir, date limite, "
    "delai, delais, combien de temps, combien de jours, quand, sous combien, duree, jours, semaine, semaines, quelle date, date, rapide, vite, temps, heures, jusqu a quand, attente, "
    "prend, longtemps, d ici, mois",
    "cost": "euros, sous, cher, fdp, payer l envoi, revient, tarifs, couter, chere, minimum d achat, seuil, facturee, "
    "prix, cout, coute, coutent, tarif, frais, combien, cher, montant, payant, facture, facturez, minimum, a partir de, facturation, gratuit, payer",
    "free": "gratuit, gratuite, gratuits, gratuitement, offert, offerts, offerte, frais offerts, franco, sans frais, franco de port, offrez",
    "express": "express, rapide, urgent, urgence, 24h, 48h, lendemain, chronopost, demain, plus vite, accelerer, prioritaire, rapidement, en 24, presse, vite",
    "abroad": "geneve, bruxelles, londres, montreal, maroc, tahiti, dom, polynesie, nouvelle caledonie, andorre, j habite, envoyez chez, expat, hors ue, "
    "etranger, international, pays, europe, monde, belgique, suisse, allemagne, espagne, italie, canada, luxembourg, angleterre, royaume uni, etats unis, "
    "outre mer, dom tom, reunion, guadeloupe, martinique, corse, quebec, portugal, maroc, hors de france, union europeenne, irlande, guyane, mayotte, iles, pays bas, usa, monaco, hors france, destination",
    "customs": "douane, douanes, droits de douane, taxe d importation, dedouanement, douaniers, importation",
    "pickup": "passer prendre, venir prendre, chez vous directement, recuperer, prendre sur place, passer chercher, point de retrait, pudo, "
    "point relais, relais, retrait, retirer, click and collect, consigne, recuperer, venir chercher, casier, locker, bureau de poste, chercher, enlever, sur place, mondial relay, retrait en magasin",
    "shopplace": "s asseoir, voir en vrai, boutique, essayer sur place, vous etes ou, c est ou, ou exactement, visite, magasins, agence, "
    "magasin, boutique, showroom, point de vente, adresse du magasin, physique, ou etes vous, situe, situes, venir sur place, local, atelier, enseigne, vous trouver, se deplacer, locaux",
    "hours": "horaires, horaire, ouvert, ouverts, ouverte, ferme, fermez, ouvrez, ouverture, fermeture, dimanche, samedi, lundi, heure, week end, jours feries, quelle heure",
    "late": "journee pour rien, semaines que j attends, jours que j attends, aurait du, devait, on devait, vous aviez dit, prevu, promis, j attends mon, tjrs rien, personne n est venu, hier, depassee, "
    "retard, en retard, toujours pas, pas encore, trop long, toujours rien, pas arrive, depuis, devait arriver, pas recu, delai depasse, attend toujours, j attends toujours, date depassee, tarde, aurait du, lent, bloque, devait",
    "lost": "boite aux lettres est vide, dit livre, marque comme livre, jamais eu, jamais vu, pas dans ma boite, quelqu un l a pris, "
    "perdu, perdue, egare, vole, volee, disparu, jamais recu, marque livre, indique livre, note livre, comme livre, introuvable, voisin, jamais arrive, perte, vol, rien dans la boite, declare livre, n est pas la",
    "address": "au bureau, au travail, chez ma mere, numero de rue, livree au, livre au, plutot que chez moi, autre adresse, chez un ami, nouveau logement, "
    "adresse, demenage, demenager, rue, code postal, domicile, adresse de livraison, demenagement, numero de rue, nouvelle adresse, ailleurs, autre endroit, changer de lieu",
    "change": "changer, modifier, modification, corriger, rectifier, changement, erreur, trompe, trompee, mettre a jour, remplacer, mauvaise, actualiser, faute, errone, incorrecte, change",
    "cancel": "stop, tout annuler, commande deux fois, supprimez, arreter la commande, finalement, retirer un article, fais marche arriere, plus la commande, me retracter, annulez, mauvais modele, par megarde, "
    "annuler, annulation, annule, annulee, plus besoin, change d avis, ne veux plus, plus envie, stopper, arreter, par erreur, renoncer, resilier, supprimer ma commande, desister",
    "add": "ajouter, rajouter, ajout, completer, grouper, regrouper, oublie, en plus, un autre article, rajoute, supplementaire, combiner, ensemble",
    "return": "ne me va pas, me va pas, decu, decue, le rendre, la rendre, vous le rendre, vous la rendre, plus envie, ne me plait, reprenez, changer d avis, pas content, pas satisfait, pas a mon gout, vous renvoyer, vous le renvoyer, "
    "retour, retours, retourner, renvoyer, renvoi, renvoie, rendre, ramener, retractation, retracter, rapporter, retourne, changer d avis, ne plait pas, ne convient pas, convient pas, reprendre, reprise, satisfait ou rembourse, renvoyez, plait pas",
    "refund": "sur mon compte, compte en banque, rendez l argent, rendre l argent, revoir mon argent, l argent revenir, vu l argent, me devez, ma banque, versement, recuperer ce que j ai paye, rembourse moi, "
    "remboursement, rembourser, rembourse, remboursez, recrediter, credite, recuperer mon argent, argent, avoir, recredite, rendre l argent, me rembourser, mes sous, rendez moi, remboursee",
    "exchange": "me faudrait un, le meme en, en bleu, en noir, le changer, autre modele, la taille d au dessus, taille superieure, pris du, "
    "echange, echanger, autre taille, taille au dessus, taille au dessous, autre couleur, remplacement, remplacer, contre, changer la taille, changer de taille, echangez, a la place, troquer, plus grand, plus petit, taille superieure",
    "label": "etiquette, bon de retour, bordereau, imprimer, imprimante, prepayee, qr code, code barre, formulaire de retour, etiquettes",
    "damaged": "partout, fendu, enfonce, rayure, bosse, tombe, eclate, mouille, trempe, pourri, moisi, coin, fondu, tordu, morceaux, degat, degats, "
    "abime, abimee, casse, cassee, endommage, endommagee, dechire, raye, brise, fissure, ecrase, en morceaux, mauvais etat, casses, fuite, coule, cabosse, taches, ebreche, cassees, fele, renverse, ouvert, deforme, troue",
    "faulty": "mort, eteint, s eteint, plus de son, ecran noir, noir, s arrete, bruit, grince, lache, ne charge plus, ne charge pas, a lache, rend l ame, marche mal, bugge, tombe en, ne repond plus, cassé, bloquee, ne demarre, "
    "defectueux, defaut, ne fonctionne pas, ne marche pas, fonctionne plus, marche plus, en panne, panne, defaillant, marche pas, ne s allume pas, s allume plus, defectueuse, dysfonctionnement, tombe en panne, hs, casse, vice, s allume pas, fonctionne pas, lache, foutu, mort",
    "wrongitem": "au lieu de, au lieu du, j ai recu un, demande, pas celui, pas celle, l inverse, confondu, un autre modele, appartient, "
    "mauvais article, mauvais produit, pas le bon, pas la bonne, erreur, autre article, pas ce que j ai commande, pas commande, mauvaise taille, mauvaise couleur, different, ne correspond pas, trompe, correspond pas, a la place, inverse, quelqu un d autre, non conforme, erreur de preparation",
    "missingitem": "pas les, sans les, pas de vis, visserie, n y avait pas, recu que, que la moitie, sur les, pas complet, y a pas, reste de la commande, "
    "manque, manquant, manquante, incomplet, incomplete, il manque, une partie, seulement, absent, manquants, oublie, pas dans le colis, que la moitie, vide, partielle, moitie, pas tout",
    "warranty": "garantie, garantit, garanti, garanties, couvert, deux ans, assurance, legale, conformite, extension, garantir, a vie",
    "repair": "reparer, reparation, pieces detachees, piece detachee, depannage, sav, piece de rechange, reparez, reparable, service apres vente, rechange, remplacer la piece, recharge",
    "payment": "payer, paiement, regler, reglement, payez, carte, paypal, paye, achat, transaction, paiements, finaliser, debit",
    "paymethod": "carte bancaire, carte bleue, visa, mastercard, amex, american express, paypal, apple pay, google pay, virement, cheque, especes, moyen de paiement, moyens de paiement, mode de paiement, modes de paiement, "
    "bancontact, mandat, cheques vacances, carte de credit, contre remboursement, modes de reglement, comment payer, liquide, cheque cadeau, bitcoin, crypto, comment regler",
    "instalments": "3x, 4x, etaler, tous les mois, en 10, petit bout, fractionner, echeances, echeance, credit gratuit, sans frais, mensuellement, paypal 4x, financer, dossier de financement, "
    "plusieurs fois, trois fois, quatre fois, deux fois, dix fois, 3 fois, 4 fois, en 3, mensualites, mensualite, echelonner, credit, facilites, etaler, facilite de paiement, alma, klarna, paiement differe, payer plus tard, echelonne, financement, fractionne, 10 fois",
    "declined": "refuse, refusee, rejete, echoue, echec, ne passe pas, n aboutit pas, erreur de paiement, bloque, passe pas, impossible de payer, n arrive pas a payer, impossible de regler, rejetee, probleme de paiement, n a pas fonctionne, pas validee, pas accepte",
    "doublecharge": "deux fois, debite deux fois, double, double debit, deux prelevements, preleve deux fois, doublon, en double, debite a tort, trop preleve, deux paiements, prelevement inconnu",
    "whencharged": "debite, debitee, preleve, prelevement, debit, quand serai je debite, encaisse, encaissement, encaissez, prelevez, moment du paiement, retire",
    "secure": "securise, securite, securisee, sur, fiable, confiance, fraude, arnaque, 3d secure, crypte, piratage, risque, proteger, serieux, vol de carte, confidentiel",
    "invoice": "ma comptable, papier pour, assurance, mon comptable, auto entrepreneur, note, au nom de, justificatifs, ticket de caisse, bon nom, "
    "facture, factures, justificatif, recu, preuve d achat, note de frais, duplicata, ticket, comptabilite, comptable, pdf, facturation, bon de commande",
    "vat": "tva, taxe, taxes, hors taxe, hors taxes, detaxe, ttc, intracommunautaire, exoneration",
    "business": "entreprise, professionnel, professionnels, pro, societe, gros, grossiste, revendeur, quantite, comite d entreprise, devis, b2b, association, collectivite, en gros, grande quantite, revendre, mairie, ecole, volume, compte pro, distributeur, cse, centaine",
    "promo": "code promo, promotion, reduction, remise, code, coupon, bon de reduction, soldes, rabais, offre, promotionnel, bon d achat, code de reduction, bon plan, ristourne, black friday, reductions, moins cher, code promotionnel, geste commercial, avantage, bienvenue, pourcent",
    "notaccepted": "ne fonctionne pas, ne marche pas, invalide, expire, pas accepte, refuse, erreur, marche pas, ne passe pas, pas pris en compte, s applique pas, fonctionne pas, non valide, ne fonctionne plus, oublie, plus valable, passe pas, bug, inconnu",
    "student": "etudiant, etudiants, etudiante, jeune, senior, militaire, demandeur d emploi, moins de 26, chomeur, enseignant, handicape",
    "giftcard": "carte cadeau, cartes cadeaux, cheque cadeau, bon cadeau, solde de ma carte, e carte, carte cadeaux, bon d achat, avoir, bons cadeaux, carte kdo",
    "giftwrap": "pour offrir, glisser un message, prix apparaisse, petit mot, paquet, emballez, fete, fete des meres, pour ma soeur, pour mon mari, pour ma mere, sans le prix, joindre un mot, cacher le prix, "
    "emballage cadeau, paquet cadeau, emballer, emballage, papier cadeau, cadeau, message, mot, carte, ruban, offrir, petit mot, anniversaire, coffret, pochette, noel, personnalise, surprise, papier",
    "loyalty": "mes points, etoiles, beau frere, si un ami, un ami commande, recommande a, points disparu, cumul, "
    "fidelite, points, programme, parrainage, parrainer, recompenses, club, carte de fidelite, avantages, points de fidelite, filleul, cagnotte, parrain, recompense, fidele, membre, cumuler, cumule, vip, inviter un ami, amie",
    "account": "rentrer dans mon compte, mes identifiants, compte client, changer mon mail, mon profil, mes infos, "
    "compte, connexion, connecter, inscription, inscrire, creer un compte, identifiant, espace client, profil, sans compte, invite, me connecter, login, connecte, mon espace, s enregistrer, identifier",
    "password": "mot de passe, mots de passe, oublie mon mot de passe, reinitialiser, identifiants, reinitialisation, perdu mon mot de passe, acces a mon compte, me connecter, bloque, code d acces",
    "deleteaccount": "supprimer mon compte, suppression, supprimer, fermer mon compte, cloturer, effacer, desinscription, fermer, desactiver, effacement, droit a l oubli, cloture",
    "privacy": "donnees, donnees personnelles, vie privee, confidentialite, informations personnelles, cookies, rgpd, coordonnees, revendez, tiers, mes informations, protection des donnees, cnil, consentement, fichier",
    "newsletter": "marre de vos, vos pubs, arreter les mails, plus de mails, sms, liste, harceler, trop de messages, virez moi, "
    "newsletter, lettre d information, desabonner, desinscrire, mails publicitaires, infolettre, recevoir vos mails, abonner, publicite, pub, spam, trop de mails, emails, desabonnement, publicites, vos mails, recevoir vos offres, mails, plus recevoir, pubs",
    "email": "mail, mails, email, e mail, courriel, adresse mail, messagerie, boite mail, spam, indesirables",
    "confirmation": "confirmation, confirme, mail de confirmation, bien passee, validee, enregistree, bien prise en compte, numero de commande, recapitulatif, prise en compte, pas recu de mail, accuse de reception, a bien ete, commande passee, aucun mail",
    "contact": "contacter, contact, telephone, appeler, joindre, numero de telephone, service client, ecrire, parler, appel, telephoner, joignable, coordonnees, vous joindre, adresse mail, conseiller, rappeler, assistance, standard, hotline",
    "human": "humain, personne, conseiller, conseillere, quelqu un, agent, vrai, interlocuteur, operateur, vendeur, responsable, employe",
    "size": "cm, kg, kilos, m ou l, large, profondeur, profond, passe, rentre, ca passe, ma porte, je fais, gabarit, petit, petits, hanches, poitrine, je mets du, un s, xl, grandeur, longue, ample, encombrement, "
    "taille, tailles, pointure, pointures, mesure, mesures, guide des tailles, taille grand, taille petit, mensurations, dimensions, longueur, largeur, tour de, trop petit, trop grand, taillent, entre deux tailles, coupe, serre, hauteur, chausse, taillant, format, poids, contenance",
    "stock": "stock, disponible, disponibilite, rupture, rupture de stock, epuise, reassort, de nouveau disponible, indisponible, en stock, reapprovisionnement, plus disponible, restock, vous reste, reste t il, disponibles, indisponibilite, revenir, retour en stock, avez vous encore, refaire, manque, remis en vente",
    "alert": "alerte, prevenir, prevenu, avertir, averti, notification, etre informe, previent, prevenue, tenir au courant, rappel, liste d attente, etre avertie, prevenez",
    "preorder": "precommande, precommander, reserver, reservation, mettre de cote, sortie, a l avance, date de sortie, precommandes, bientot, garder",
    "material": "matiere, matieres, composition, coton, cuir, laine, tissu, bois, plastique, vegan, ingredients, contient, allergene, allergenes, allergie, allergique, gluten, noix, bio, soie, lin, polyester, nickel, compose, fabrique en, compose de, synthetique, latex, acier, arachide, composants, fait de, faite en",
    "care": "retrecir, lave, se lave, enlever une tache, seche linge, a la main, detachant, essorage, huiler, vomi, moisissure, entretient, salissure, deteindre, deteint, aspirateur, taches, lessive, detartrer, calcaire, "
    "laver, lavage, entretien, entretenir, nettoyer, nettoyage, repasser, machine, lave vaisselle, seche linge, tache, pressing, lave, rincer, proteger, detacher, linge, cirer, retrecir, degre",
    "origin": "fabrique, fabriques, fabrication, origine, provenance, made in france, ou sont faits, viennent, usine, artisanal, fait main, proviennent, produits, francais, confection, fabriquez, fait en france, atelier, confectionnes, vient, fabricant, produit ou, cultive",
    "eco": "ecologique, ecologie, environnement, recycle, recyclable, carbone, durable, emballages, plastique, responsable, ethique, planete, ecoresponsable, vert, environnemental, bio, cruelty free, animaux, equitable, empreinte, recycles, teste",
    "recycling": "recyclage, recycler, reprise, ancien appareil, occasion, seconde main, reprendre, donner, vieux, usage, jeter, dechets, reconditionne, ancien, piles, usages, vieille, debarrasser, eco participation",
    "personalise": "personnaliser, personnalisation, personnalise, graver, gravure, sur mesure, initiales, broder, broderie, prenom, personnalisable, inscrire un nom, texte, broderies, custom, gravee, propre dessin",
    "sample": "echantillon, echantillons, essayer, tester, essai, testeur, essayage, miniature, nuancier, degustation, gouter, avant d acheter",
    "compatible": "compatible, compatibilite, convient, adapte, marche avec, fonctionne avec, adaptateur, prise, va avec, adaptee, correspond, voltage, convenir, brancher, aller avec",
    "instructions": "notice, mode d emploi, montage, monter, installation, installer, manuel, assemblage, instructions, tutoriel, utilisation, assembler, utiliser, s utilise, se monte, notices, plan de montage, guide, video",
    "advice": "conseil, conseils, conseiller, recommander, recommandez, choisir, lequel, laquelle, idee, hesite, meilleur, que choisir, choix, aider a choisir, suggerer, conseillez, quel modele",
    "reviews": "avis, commentaire, note, evaluation, temoignage, etoiles, opinion, laisser un avis, noter, publier, reclamation",
    "authentic": "authentique, original, originaux, contrefacon, faux, veritable, officiel, authenticite, certificat, vrais, originale, certifie, contrefacons, vrai",
    "freshness": "date de peremption, peremption, conservation, conserver, frais, fraicheur, dlc, consommer, se garde, se conserve, frigo, conserve, refrigerateur, congeler, perime, froid, ddm, limite, stocker",
    "subscription": "desabonnement, par mois, je pars, prochaine box, la prochaine, tous les deux mois, arreter la box, sans engagement, "
    "abonnement, abonner, box, mensuel, resilier, renouvellement, suspendre, pause, resiliation, engagement, reconduction, chaque mois, tous les mois, formule, abonne, sauter un mois",
    "jobs": "emploi, recrutement, recrutez, travailler, poste, candidature, stage, alternance, embauche, cv, postuler, carriere, stagiaire, job, equipe, rejoindre, offres d emploi",
    "press": "presse, partenariat, influenceur, influenceuse, collaboration, journaliste, sponsor, blogueuse, affiliation, media, collab, partenaire",
    "signature": "je travaille, rate le livreur, loupe, loupe le livreur, avis de passage, la journee, pas chez nous, en mon absence, deposer, depose, je serai pas la, livreur est passe, "
    "signature, absent, absente, signer, pas chez moi, pas la, voisin, gardien, avis de passage, nouvelle livraison, nouvelle presentation, etre present, represente, boite aux lettres, presence, rate, repasser, main propre, livreur, passage, second passage",
    "slot": "creneau, choisir le jour, choisir la date, date precise, rendez vous, programmer, jour precis, samedi, soir, heure precise, planifier, choisir l heure, certaine date, differer, decaler, jour de livraison, creneaux",
    "upstairs": "etage, monter, escalier, ascenseur, piece de votre choix, pied d immeuble, volumineux, lourd, encombrant, gros meuble, porteur, installer, etages, meuble, pas de porte, canape",
    "split": "plusieurs colis, deux colis, separement, en plusieurs fois, separe, envois separes, en une seule fois, meme temps, partie de ma commande, plusieurs paquets, plusieurs livraisons, deux livraisons, fractionnee",
    "postreturn": "recu mon retour, retour recu, recu mon colis, bien recu mon retour, colis retour, renvoye, retour traite, suivi de mon retour, avez vous recu, deja renvoye, ai retourne",
    "basket": "panier, passer commande, comment commander, passer une commande, valider, ajouter au panier, commander en ligne, valider mon panier, passer ma commande, caddie, etapes",
    "website": "site, page, application, bug, bugue, plante, erreur, chargement, navigateur, ecran, en ligne, technique, internet, affiche, rame, bloque, mobile, lien, ordinateur",
    "currency": "devise, devises, euros, euro, dollars, francs, livres sterling, taux de change, monnaie, francs suisses, convertir",
    "pricematch": "amazon, le fait a, euros de moins, achete hier, ailleurs, autre site, autre magasin, vu moins cher, moins chere, en promo aujourd hui, plus bas, "
    "moins cher ailleurs, concurrent, concurrence, prix plus bas, difference de prix, baisse de prix, prix a baisse, aligner, prix barre, alignement, alignez, prix a change, trouve moins cher, baisse, solde apres",
    "language": "langue, anglais, francais, traduire, traduction, allemand, espagnol, langues",
    "catalogue": "catalogue, collection, brochure, gamme, nouveautes, papier, nouvelle collection, nouveaute",
    "pets": "animal, animaux, chien, chat, chiot, chaton", "children": "enfant, enfants, bebe, age, fils, fille, jouet, bebes, nourrisson, grossesse, enceinte",
    "phoneorder": "commander par telephone, par telephone, par courrier, par correspondance, commande par telephone, commander sans internet, par voie postale",
    "legal": "cgv, conditions generales, mentions legales, legal, siret, mediateur, litige, droits, contrat, conditions, politique, loi",
    "occasion": "noel, anniversaire, mariage, fete, saint valentin, fete des meres, fete des peres, paques, ceremonie, bapteme, communion, fetes, reveillon, naissance",
    "power": "batterie, batteries, pile, piles, charger, chargeur, recharge, rechargeable, prise, secteur, cable, electrique, autonomie, usb, brancher",
    "safety": "danger, dangereux, toxique, norme, normes, ce, securite, nocif, rappel produit, bouche, avaler, etouffement, sans danger, chimique, peinture, majeur, mineur, identite",
    "food": "manger, boire, recette, cuisiner, gout, plat, viande, fromage, poisson, servir, repas, dessert, aperitif, accompagner, raclette, saveur, bouteille, verre, table",
    "choice": "debutant, je prends quoi, quoi prendre, pour commencer, pour quelqu un, vous conseillez, le mieux, me conseillez, que prendre, lequel prendre, quel est le meilleur",
}  # fmt: skip
