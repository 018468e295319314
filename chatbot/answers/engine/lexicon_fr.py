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
    "infos": "information", "reduc": "reduction", "promo": "code promo", "promos": "code promo", "sav": "service client",
    "adr": "adresse", "qte": "quantite", "anniv": "anniversaire", "mag": "magasin", "pkoi": "pourquoi", "koi": "quoi",
    "jai": "j ai", "cest": "c est", "jarrive": "j arrive", "jattends": "j attends", "jaimerais": "j aimerais",
    "dlai": "delai", "mtn": "maintenant", "vs": "vous", "ns": "nous", "slt": "salut", "bjr": "bonjour", "bsr": "bonsoir",
    "rep": "reponse", "asap": "urgent", "rgpd": "donnees personnelles", "prb": "probleme", "ht": "hors taxe",
    "lettre": "lettre", "appli": "application", "ordi": "ordinateur", "cad": "cadeau", "nb": "nombre", "ac": "avec",
    "ds": "dans", "dc": "donc", "auj": "aujourd hui", "lgtps": "longtemps", "lgtmps": "longtemps", "kdo": "cadeau",
    "2x": "deux fois", "3x": "trois fois", "4x": "quatre fois", "10x": "dix fois", "dom": "outre mer", "expe": "expedition",
}  # fmt: skip

CONCEPTS: dict[str, str] = {
    "delivery": "livraison, livrer, livre, livrez, expedition, expedier, expediez, expedie, envoi, envoyer, envoyez, port, acheminement, transporteur, colissimo, "
    "chronopost, la poste, mondial relay, dhl, ups, facteur, transport, arriver, parvenir, livreur",
    "parcel": "colis, commande, paquet, achat, commander, article, produit, envoi, marchandise, carton, livraison, recu, acheter",
    "tracking": "suivi, suivre, ou en est, ou est, statut, etat de ma commande, localiser, avancement, numero de suivi, lien de suivi, pas recu, toujours rien, pas arrive, en cours de livraison, "
    "expediee, partie, sans nouvelle, pas de nouvelle, aucune nouvelle, ou se trouve, bien parti, trace, en transit, j attends, en route, suivie",
    "duration": "delai, delais, combien de temps, combien de jours, quand, sous combien, duree, jours, semaine, semaines, quelle date, date, rapide, vite, temps, heures, jusqu a quand, attente, "
    "prend, longtemps, d ici, mois",
    "cost": "prix, cout, coute, coutent, tarif, frais, combien, cher, montant, payant, facture, facturez, minimum, a partir de, facturation, gratuit, payer",
    "free": "gratuit, gratuite, gratuits, gratuitement, offert, offerts, offerte, frais offerts, franco, sans frais, franco de port, offrez",
    "express": "express, rapide, urgent, urgence, 24h, 48h, lendemain, chronopost, demain, plus vite, accelerer, prioritaire, rapidement, en 24, presse, vite",
    "abroad": "etranger, international, pays, europe, monde, belgique, suisse, allemagne, espagne, italie, canada, luxembourg, angleterre, royaume uni, etats unis, "
    "outre mer, dom tom, reunion, guadeloupe, martinique, corse, quebec, portugal, maroc, hors de france, union europeenne, irlande, guyane, mayotte, iles, pays bas, usa, monaco, hors france, destination",
    "customs": "douane, douanes, droits de douane, taxe d importation, dedouanement, douaniers, importation",
    "pickup": "point relais, relais, retrait, retirer, click and collect, consigne, recuperer, venir chercher, casier, locker, bureau de poste, chercher, enlever, sur place, mondial relay, retrait en magasin",
    "shopplace": "magasin, boutique, showroom, point de vente, adresse du magasin, physique, ou etes vous, situe, situes, venir sur place, local, atelier, enseigne, vous trouver, se deplacer, locaux",
    "hours": "horaires, horaire, ouvert, ouverts, ouverte, ferme, fermez, ouvrez, ouverture, fermeture, dimanche, samedi, lundi, heure, week end, jours feries, quelle heure",
    "late": "retard, en retard, toujours pas, pas encore, trop long, toujours rien, pas arrive, depuis, devait arriver, pas recu, delai depasse, attend toujours, j attends toujours, date depassee, tarde, aurait du, lent, bloque, devait",
    "lost": "perdu, perdue, egare, vole, volee, disparu, jamais recu, marque livre, indique livre, note livre, comme livre, introuvable, voisin, jamais arrive, perte, vol, rien dans la boite, declare livre, n est pas la",
    "address": "adresse, demenage, demenager, rue, code postal, domicile, adresse de livraison, demenagement, numero de rue, nouvelle adresse, ailleurs, autre endroit, changer de lieu",
    "change": "changer, modifier, modification, corriger, rectifier, changement, erreur, trompe, trompee, mettre a jour, remplacer, mauvaise, actualiser, faute, errone, incorrecte, change",
    "cancel": "annuler, annulation, annule, annulee, plus besoin, change d avis, ne veux plus, plus envie, stopper, arreter, par erreur, renoncer, resilier, supprimer ma commande, desister",
    "add": "ajouter, rajouter, ajout, completer, grouper, regrouper, oublie, en plus, un autre article, rajoute, supplementaire, combiner, ensemble",
    "return": "retour, retours, retourner, renvoyer, renvoi, renvoie, rendre, ramener, retractation, retracter, rapporter, retourne, changer d avis, ne plait pas, ne convient pas, convient pas, reprendre, reprise, satisfait ou rembourse, renvoyez, plait pas",
    "refund": "remboursement, rembourser, rembourse, remboursez, recrediter, credite, recuperer mon argent, argent, avoir, recredite, rendre l argent, me rembourser, mes sous, rendez moi, remboursee",
    "exchange": "echange, echanger, autre taille, taille au dessus, taille au dessous, autre couleur, remplacement, remplacer, contre, changer la taille, changer de taille, echangez, a la place, troquer, plus grand, plus petit, taille superieure",
    "label": "etiquette, bon de retour, bordereau, imprimer, imprimante, prepayee, qr code, code barre, formulaire de retour, etiquettes",
    "damaged": "abime, abimee, casse, cassee, endommage, endommagee, dechire, raye, brise, fissure, ecrase, en morceaux, mauvais etat, casses, fuite, coule, cabosse, taches, ebreche, cassees, fele, renverse, ouvert, deforme, troue",
    "faulty": "defectueux, defaut, ne fonctionne pas, ne marche pas, fonctionne plus, marche plus, en panne, panne, defaillant, marche pas, ne s allume pas, s allume plus, defectueuse, dysfonctionnement, tombe en panne, hs, casse, vice, s allume pas, fonctionne pas, lache, foutu, mort",
    "wrongitem": "mauvais article, mauvais produit, pas le bon, pas la bonne, erreur, autre article, pas ce que j ai commande, pas commande, mauvaise taille, mauvaise couleur, different, ne correspond pas, trompe, correspond pas, a la place, inverse, quelqu un d autre, non conforme, erreur de preparation",
    "missingitem": "manque, manquant, manquante, incomplet, incomplete, il manque, une partie, seulement, absent, manquants, oublie, pas dans le colis, que la moitie, vide, partielle, moitie, pas tout",
    "warranty": "garantie, garantit, garanti, garanties, couvert, deux ans, assurance, legale, conformite, extension, garantir, a vie",
    "repair": "reparer, reparation, pieces detachees, piece detachee, depannage, sav, piece de rechange, reparez, reparable, service apres vente, rechange, remplacer la piece, recharge",
    "payment": "payer, paiement, regler, reglement, payez, carte, paypal, paye, achat, transaction, paiements, finaliser, debit",
    "paymethod": "carte bancaire, carte bleue, visa, mastercard, amex, american express, paypal, apple pay, google pay, virement, cheque, especes, moyen de paiement, moyens de paiement, mode de paiement, modes de paiement, "
    "bancontact, mandat, cheques vacances, carte de credit, contre remboursement, modes de reglement, comment payer, liquide, cheque cadeau, bitcoin, crypto, comment regler",
    "instalments": "plusieurs fois, trois fois, quatre fois, deux fois, dix fois, 3 fois, 4 fois, en 3, mensualites, mensualite, echelonner, credit, facilites, etaler, facilite de paiement, alma, klarna, paiement differe, payer plus tard, echelonne, financement, fractionne, 10 fois",
    "declined": "refuse, refusee, rejete, echoue, echec, ne passe pas, n aboutit pas, erreur de paiement, bloque, passe pas, impossible de payer, n arrive pas a payer, impossible de regler, rejetee, probleme de paiement, n a pas fonctionne, pas validee, pas accepte",
    "doublecharge": "deux fois, debite deux fois, double, double debit, deux prelevements, preleve deux fois, doublon, en double, debite a tort, trop preleve, deux paiements, prelevement inconnu",
    "whencharged": "debite, debitee, preleve, prelevement, debit, quand serai je debite, encaisse, encaissement, encaissez, prelevez, moment du paiement, retire",
    "secure": "securise, securite, securisee, sur, fiable, confiance, fraude, arnaque, 3d secure, crypte, piratage, risque, proteger, serieux, vol de carte, confidentiel",
    "invoice": "facture, factures, justificatif, recu, preuve d achat, note de frais, duplicata, ticket, comptabilite, comptable, pdf, facturation, bon de commande",
    "vat": "tva, taxe, taxes, hors taxe, hors taxes, detaxe, ttc, intracommunautaire, exoneration",
    "business": "entreprise, professionnel, professionnels, pro, societe, gros, grossiste, revendeur, quantite, comite d entreprise, devis, b2b, association, collectivite, en gros, grande quantite, revendre, mairie, ecole, volume, compte pro, distributeur, cse, centaine",
    "promo": "code promo, promotion, reduction, remise, code, coupon, bon de reduction, soldes, rabais, offre, promotionnel, bon d achat, code de reduction, bon plan, ristourne, black friday, reductions, moins cher, code promotionnel, geste commercial, avantage, bienvenue, pourcent",
    "notaccepted": "ne fonctionne pas, ne marche pas, invalide, expire, pas accepte, refuse, erreur, marche pas, ne passe pas, pas pris en compte, s applique pas, fonctionne pas, non valide, ne fonctionne plus, oublie, plus valable, passe pas, bug, inconnu",
    "student": "etudiant, etudiants, etudiante, jeune, senior, militaire, demandeur d emploi, moins de 26, chomeur, enseignant, handicape",
    "giftcard": "carte cadeau, cartes cadeaux, cheque cadeau, bon cadeau, solde de ma carte, e carte, carte cadeaux, bon d achat, avoir, bons cadeaux, carte kdo",
    "giftwrap": "emballage cadeau, paquet cadeau, emballer, emballage, papier cadeau, cadeau, message, mot, carte, ruban, offrir, petit mot, anniversaire, coffret, pochette, noel, personnalise, surprise, papier",
    "loyalty": "fidelite, points, programme, parrainage, parrainer, recompenses, club, carte de fidelite, avantages, points de fidelite, filleul, cagnotte, parrain, recompense, fidele, membre, cumuler, cumule, vip, inviter un ami, amie",
    "account": "compte, connexion, connecter, inscription, inscrire, creer un compte, identifiant, espace client, profil, sans compte, invite, me connecter, login, connecte, mon espace, s enregistrer, identifier",
    "password": "mot de passe, mots de passe, oublie mon mot de passe, reinitialiser, identifiants, reinitialisation, perdu mon mot de passe, acces a mon compte, me connecter, bloque, code d acces",
    "deleteaccount": "supprimer mon compte, suppression, supprimer, fermer mon compte, cloturer, effacer, desinscription, fermer, desactiver, effacement, droit a l oubli, cloture",
    "privacy": "donnees, donnees personnelles, vie privee, confidentialite, informations personnelles, cookies, rgpd, coordonnees, revendez, tiers, mes informations, protection des donnees, cnil, consentement, fichier",
    "newsletter": "newsletter, lettre d information, desabonner, desinscrire, mails publicitaires, infolettre, recevoir vos mails, abonner, publicite, pub, spam, trop de mails, emails, desabonnement, publicites, vos mails, recevoir vos offres, mails, plus recevoir, pubs",
    "email": "mail, mails, email, e mail, courriel, adresse mail, messagerie, boite mail, spam, indesirables",
    "confirmation": "confirmation, confirme, mail de confirmation, bien passee, validee, enregistree, bien prise en compte, numero de commande, recapitulatif, prise en compte, pas recu de mail, accuse de reception, a bien ete, commande passee, aucun mail",
    "contact": "contacter, contact, telephone, appeler, joindre, numero de telephone, service client, ecrire, parler, appel, telephoner, joignable, coordonnees, vous joindre, adresse mail, conseiller, rappeler, assistance, standard, hotline",
    "human": "humain, personne, conseiller, conseillere, quelqu un, agent, vrai, interlocuteur, operateur, vendeur, responsable, employe",
    "size": "taille, tailles, pointure, pointures, mesure, mesures, guide des tailles, taille grand, taille petit, mensurations, dimensions, longueur, largeur, tour de, trop petit, trop grand, taillent, entre deux tailles, coupe, serre, hauteur, chausse, taillant, format, poids, contenance",
    "stock": "stock, disponible, disponibilite, rupture, rupture de stock, epuise, reassort, de nouveau disponible, indisponible, en stock, reapprovisionnement, plus disponible, restock, vous reste, reste t il, disponibles, indisponibilite, revenir, retour en stock, avez vous encore, refaire, manque, remis en vente",
    "alert": "alerte, prevenir, prevenu, avertir, averti, notification, etre informe, previent, prevenue, tenir au courant, rappel, liste d attente, etre avertie, prevenez",
    "preorder": "precommande, precommander, reserver, reservation, mettre de cote, sortie, a l avance, date de sortie, precommandes, bientot, garder",
    "material": "matiere, matieres, composition, coton, cuir, laine, tissu, bois, plastique, vegan, ingredients, contient, allergene, allergenes, allergie, allergique, gluten, noix, bio, soie, lin, polyester, nickel, compose, fabrique en, compose de, synthetique, latex, acier, arachide, composants, fait de, faite en",
    "care": "laver, lavage, entretien, entretenir, nettoyer, nettoyage, repasser, machine, lave vaisselle, seche linge, tache, pressing, lave, rincer, proteger, detacher, linge, cirer, retrecir, degre",
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
    "subscription": "abonnement, abonner, box, mensuel, resilier, renouvellement, suspendre, pause, resiliation, engagement, reconduction, chaque mois, tous les mois, formule, abonne, sauter un mois",
    "jobs": "emploi, recrutement, recrutez, travailler, poste, candidature, stage, alternance, embauche, cv, postuler, carriere, stagiaire, job, equipe, rejoindre, offres d emploi",
    "press": "presse, partenariat, influenceur, influenceuse, collaboration, journaliste, sponsor, blogueuse, affiliation, media, collab, partenaire",
    "signature": "signature, absent, absente, signer, pas chez moi, pas la, voisin, gardien, avis de passage, nouvelle livraison, nouvelle presentation, etre present, represente, boite aux lettres, presence, rate, repasser, main propre, livreur, passage, second passage",
    "slot": "creneau, choisir le jour, choisir la date, date precise, rendez vous, programmer, jour precis, samedi, soir, heure precise, planifier, choisir l heure, certaine date, differer, decaler, jour de livraison, creneaux",
    "upstairs": "etage, monter, escalier, ascenseur, piece de votre choix, pied d immeuble, volumineux, lourd, encombrant, gros meuble, porteur, installer, etages, meuble, pas de porte, canape",
    "split": "plusieurs colis, deux colis, separement, en plusieurs fois, separe, envois separes, en une seule fois, meme temps, partie de ma commande, plusieurs paquets, plusieurs livraisons, deux livraisons, fractionnee",
    "postreturn": "recu mon retour, retour recu, recu mon colis, bien recu mon retour, colis retour, renvoye, retour traite, suivi de mon retour, avez vous recu, deja renvoye, ai retourne",
    "basket": "panier, passer commande, comment commander, passer une commande, valider, ajouter au panier, commander en ligne, valider mon panier, passer ma commande, caddie, etapes",
    "website": "site, page, application, bug, bugue, plante, erreur, chargement, navigateur, ecran, en ligne, technique, internet, affiche, rame, bloque, mobile, lien, ordinateur",
    "currency": "devise, devises, euros, euro, dollars, francs, livres sterling, taux de change, monnaie, francs suisses, convertir",
    "pricematch": "moins cher ailleurs, concurrent, concurrence, prix plus bas, difference de prix, baisse de prix, prix a baisse, aligner, prix barre, alignement, alignez, prix a change, trouve moins cher, baisse, solde apres",
    "language": "langue, anglais, francais, traduire, traduction, allemand, espagnol, langues",
    "catalogue": "catalogue, collection, brochure, gamme, nouveautes, papier, nouvelle collection, nouveaute",
    "pets": "animal, animaux, chien, chat, chiot, chaton", "children": "enfant, enfants, bebe, age, fils, fille, jouet, bebes, nourrisson, grossesse, enceinte",
    "phoneorder": "commander par telephone, par telephone, par courrier, par correspondance, commande par telephone, commander sans internet, par voie postale",
    "legal": "cgv, conditions generales, mentions legales, legal, siret, mediateur, litige, droits, contrat, conditions, politique, loi",
}  # fmt: skip
