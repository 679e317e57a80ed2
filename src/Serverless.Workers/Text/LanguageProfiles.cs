namespace Serverless.Workers.Text;

/// <summary>The languages that can be told apart, each with its commonest words and some lines of its prose.</summary>
/// <remarks>The prose is from the Universal Declaration of Human Rights, articles 1, 2, 3 and 18.</remarks>
internal static class LanguageProfiles
{
    public static IReadOnlyList<LanguageProfile> All { get; } =
    [
        new("en",
            """
            a about above according after again against all almost alone along already also although
            always am among an and another any anybody are around as at away be became because been
            before being below beneath between both but by can cannot close could did do does done down
            due during each either else elsewhere even ever every except expected few first for from
            gave get given gives go had has have he her here hers him his how however i if in instead
            into is it its just last least less like made make many may me meantime might more most much
            must my nearly never next no nobody none nor not nothing now of off often on once one only
            or other others our out over own per put rather really s said same saw say says see seen she
            should simple since so some somebody soon still such t take taken than that the their them
            then there these they this those through thus till to together too took under until up upon
            us very was way we well were what when where whether which while who whoever whole whom
            whose why will with within without would yesterday yet you your two three four five six
            seven eight nine ten hundred thousand million
            """,
            """
            All human beings are born free and equal in dignity and rights. They are endowed with reason
            and conscience and should act towards one another in a spirit of brotherhood. Everyone is
            entitled to all the rights and freedoms set forth in this Declaration, without distinction
            of any kind, such as race, colour, sex, language, religion, political or other opinion,
            national or social origin, property, birth or other status. Everyone has the right to life,
            liberty and security of person. Everyone has the right to freedom of thought, conscience and
            religion; this right includes freedom to change his religion or belief, and freedom, either
            alone or in community with others and in public or private, to manifest his religion or
            belief in teaching, practice, worship and observance.
            """),
        new("es",
            """
            a adelante además ahora al algo alguien algún alguna algunas alguno algunos ambas ambos
            antes apenas aquel aquí así aún aunque bajo bien cada casi como con contra cosa cual cuando
            cuanto de debe debían deben decir del delante demás desde después dice dicen dijo donde dos
            durante e el él ella ellas ellos embargo empezado en encima entonces entre era eran es esa
            esas ese eso esos esta está están estaba estas este esto estos fue fueron gran ha había han
            hasta hay hizo junto la las le les lejos lo los más me mejor menos mi mientras mis misma
            mismo modos mucha muchas mucho muchos muy nada nadie ni ningún no nos nosotros nuevo o otra
            otras otro otros para parte pero poco podría por porque primero puede pueden pues que qué
            quien quizá quiere resume responde se según sea ser será si sí sido siempre sin sino sobre
            solo son su sus tal también tan tanto te tiene tienen toda todas todo todos tras un una unas
            uno unos usted va varios vez vio y ya yo dos tres cuatro cinco seis siete ocho nueve diez
            once veinte treinta cien mil millones
            """,
            """
            Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados como están
            de razón y conciencia, deben comportarse fraternalmente los unos con los otros. Toda persona
            tiene todos los derechos y libertades proclamados en esta Declaración, sin distinción alguna
            de raza, color, sexo, idioma, religión, opinión política o de cualquier otra índole, origen
            nacional o social, posición económica, nacimiento o cualquier otra condición. Todo individuo
            tiene derecho a la vida, a la libertad y a la seguridad de su persona. Toda persona tiene
            derecho a la libertad de pensamiento, de conciencia y de religión; este derecho incluye la
            libertad de cambiar de religión o de creencia, así como la libertad de manifestar su
            religión o su creencia, individual y colectivamente, tanto en público como en privado, por
            la enseñanza, la práctica, el culto y la observancia.
            """),
        new("fr",
            """
            a ai ainsi alors après assez au aucun aucune aujourd aussi autre autres aux avait avant avec
            avoir beaucoup bien c car ce ceci cela celle celles celui ces cet cette ceux chaque chez ci
            comme comment connu contre croyait d dans de dehors déjà depuis des dès deux devant dit donc
            donne donné donner dont du durant elle elles en encore enfin entre es est et étaient était
            été être eu eux fait faut fois font hors hui il ils j jamais je jusqu jusque l la là
            laquelle le lequel les leur leurs lors lorsque lui m ma mais mal me même mêmes mes moins mon
            n ne ni non nos notre nous on ont ou où par parce parmi pas pendant peu peut plupart plus
            plusieurs plutôt pour pourquoi presque puis qu quand que quel quelle quelques qui quoi
            revanche s sa sans se selon ses seulement si soit son sont sous souvent sur surtout ta
            tandis tant te tel telle tels tes toi ton toujours tous tout toute toutes très trop tu un
            une va vers voici vos votre vous y trois quatre cinq six sept huit neuf dix dizaine douze
            treize vingt quarante cent mille
            """,
            """
            Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de
            raison et de conscience et doivent agir les uns envers les autres dans un esprit de
            fraternité. Chacun peut se prévaloir de tous les droits et de toutes les libertés proclamés
            dans la présente Déclaration, sans distinction aucune, notamment de race, de couleur, de
            sexe, de langue, de religion, d'opinion politique ou de toute autre opinion, d'origine
            nationale ou sociale, de fortune, de naissance ou de toute autre situation. Tout individu a
            droit à la vie, à la liberté et à la sûreté de sa personne. Toute personne a droit à la
            liberté de pensée, de conscience et de religion; ce droit implique la liberté de changer de
            religion ou de conviction ainsi que la liberté de manifester sa religion ou sa conviction
            seule ou en commun, tant en public qu'en privé, par l'enseignement, les pratiques.
            """),
        new("de",
            """
            ab aber alle allem allen aller allerdings alles als also alt alte am an andere anderen
            anders auch auf aus außerdem bei beiden beim bereits besser bevor bis bleibt brauchen da
            dabei dadurch dafür damit dann daran das dass davon dazu dein dem den denen denn der deren
            des deshalb dessen deutlich die dies diese diesem diesen dieser dieses doch dort du durch
            eher ein eine einem einen einer eines einmal er erst es etwa etwas euch fast für gab ganz
            gegen gegenüber gehen gemacht gewesen gibt gut guten haben hat hatte hatten hier hin hinter
            ich ihm ihn ihnen ihr ihre ihren ihrer im immer in indem ins inzwischen ist ja jede jedem
            jeden jeder jedes jemand jetzt kann kaum kein keine keinen können konnte kurz lassen machen
            man manche mehr mein mindestens mit muss müssen nach nachdem nicht nichts noch nun nur ob
            oder ohne reden schon sehr sei sein seine seinem seinen seiner seit selbst setzt sich sie
            sind so sobald soll sollen sollte sondern sonst statt steht stehen über um und uns unser
            unter viel viele vom von vor wann war waren warum was weg weil weiß weiter welche wenn wer
            werden wie wieder will wir wird wirklich wo wurde wurden zählt zu zum zur zwar zwischen zwei
            zwölf drei vier fünf sechs sieben acht neun zehn elf hundert tausend
            """,
            """
            Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft und
            Gewissen begabt und sollen einander im Geist der Brüderlichkeit begegnen. Jeder hat Anspruch
            auf die in dieser Erklärung verkündeten Rechte und Freiheiten ohne irgendeinen Unterschied,
            etwa nach Rasse, Hautfarbe, Geschlecht, Sprache, Religion, politischer oder sonstiger
            Überzeugung, nationaler oder sozialer Herkunft, Vermögen, Geburt oder sonstigem Stand. Jeder
            hat das Recht auf Leben, Freiheit und Sicherheit der Person. Jeder hat das Recht auf
            Gedankens-, Gewissens- und Religionsfreiheit; dieses Recht schließt die Freiheit ein, seine
            Religion oder seine Weltanschauung zu wechseln, sowie die Freiheit, seine Religion allein
            oder in Gemeinschaft mit anderen, öffentlich oder privat durch Lehre, Ausübung, Gottesdienst
            und Kulthandlungen zu bekennen.
            """),
        new("it",
            """
            a abbastanza ad agli ai al alcuna alcune alcuni alla alle allo allora almeno altra altre
            altri altro anche ancora appena appunto aveva avevano c che chi ci ciascuno circa col come
            con contro cosa così cui da dagli dai dal dall dalla dalle dallo davanti de degli dei del
            dell della delle dello dentro di dice diversi diverse dopo dove dovrebbe due dunque e è ed
            era erano essa esse essere essi fa fanno fare fatto fin fino fra fu fuori furono già gli ha
            hai hanno ho i il in infatti invece io l la le lei li lo loro lui ma mai me meno mentre mi
            mia mio mio molta molte molti molto ne negli nei nel nell nella nelle nello nessun nessuno
            no noi non nostra nostro nulla o od ogni oggi oltre ora per perché però più po poco poi
            possono prima primi proprio può pure purché qualche qualcuno quale quali quando quanto quasi
            quegli quei quel quell quella quelle quelli quello questa queste questi questo qui racconta
            s sarà saranno se sei sempre senza si sia sono sopra sotto sta stata stati stato stessa
            stesso su sua sue sugli sui sul sull sulla sulle suo suoi tanto te tra troppo tu tutta tutte
            tutti tutto un una uno va verso vi voi vuole tre quattro cinque sei sette otto nove dieci
            dodici trenta quaranta cento mille milioni
            """,
            """
            Tutti gli esseri umani nascono liberi ed eguali in dignità e diritti. Essi sono dotati di
            ragione e di coscienza e devono agire gli uni verso gli altri in spirito di fratellanza. Ad
            ogni individuo spettano tutti i diritti e tutte le libertà enunciate nella presente
            Dichiarazione, senza distinzione alcuna, per ragioni di razza, di colore, di sesso, di
            lingua, di religione, di opinione politica o di altro genere, di origine nazionale o
            sociale, di ricchezza, di nascita o di altra condizione. Ogni individuo ha diritto alla
            vita, alla libertà ed alla sicurezza della propria persona. Ogni individuo ha diritto alla
            libertà di pensiero, di coscienza e di religione; tale diritto include la libertà di
            cambiare di religione o di credo, e la libertà di manifestare, isolatamente o in comune, e
            sia in pubblico che in privato, la propria religione nell'insegnamento, nelle pratiche e nei
            riti.
            """),
        new("pt",
            """
            a agora ainda algo alguém algum alguma algumas alguns além ali ambos antes ao aos apenas
            aquela aquele aqueles aquilo as às assim até bem cada com como contra cuja da daquele das de
            dela dele deles depois desde dessa desse desta deste disse disso do dois dos duas durante e
            é ela elas ele eles em embora enquanto então entre era eram essa essas esse esses esta está
            estão estas estava este estes estou eu falta fazer feito foi for foram fosse há isso isto já
            lá lhe lhes lo logo mais mas me meio menos mesma mesmo meu minha muita muitas muito muitos
            na nada não nas nela nele nem nenhum nessa nesse no nos nós nossa nosso num numa o onde os
            ou outra outras outro outros para pela pelas pelo pelos pode podem pois por porém porque
            pouco pouca pôde precisa primeiro quais qual quando quanto quase que quem quer são se seja
            sem sempre sendo ser será seu seus sido sim só sob sobre somos sua suas também tão te tem
            têm tendo ter terá teve tinha toda todas todo todos trás tudo um uma umas uns vai vão vem
            vez você dois três quatro cinco seis sete oito nove dez cem dezena mil milhões
            """,
            """
            Todos os seres humanos nascem livres e iguais em dignidade e em direitos. Dotados de razão e
            de consciência, devem agir uns para com os outros em espírito de fraternidade. Todos os
            seres humanos podem invocar os direitos e as liberdades proclamados na presente Declaração,
            sem distinção alguma, nomeadamente de raça, de cor, de sexo, de língua, de religião, de
            opinião política ou outra, de origem nacional ou social, de fortuna, de nascimento ou de
            qualquer outra situação. Todo o indivíduo tem direito à vida, à liberdade e à segurança
            pessoal. Toda a pessoa tem direito à liberdade de pensamento, de consciência e de religião;
            este direito implica a liberdade de mudar de religião ou de convicção, assim como a
            liberdade de manifestar a religião ou convicção, sozinho ou em comum, tanto em público como
            em privado, pelo ensino, pela prática, pelo culto e pelos ritos.
            """),
        new("nl",
            """
            aan al alle allen alles als altijd ander andere anderen bent bij bijna boven daar daarna
            daarom dan dat de deze die dit doch doen door dus een eens eerst eerste elk elke en enkel er
            erg ervan even ga gaan gaat geen geweest gewoon gezegd goed haar had halen heb hebben heeft
            hem het hier hij hoe hun iemand iets ik in is ja je jij jou jouw kan kon konden krijgen
            kunnen kunt laatste lange langs later maar mag meer meest men met mij mijn misschien moest
            moet moeten na naar namelijk net niemand niet niets nieuwe nieuw nodig nog nou nu of om
            omdat onder ons onze ook op over pas per precies sinds staan steeds te tegen tegenover ten
            toch toen tot tussen tussendoor u uit uw van vanaf vandaan vanuit veel verder vier voor
            vooral voordat waar waren was wat we weer weet wel welke werd werden weten wie wij wil
            worden wordt zal zegt zei zelf zich zij zijn zo zoals zodat zou zouden ze zonder zulke twee
            drie vijf zes zeven acht negen tien honderd duizend
            """,
            """
            Alle mensen worden vrij en gelijk in waardigheid en rechten geboren. Zij zijn begiftigd met
            verstand en geweten, en behoren zich jegens elkander in een geest van broederschap te
            gedragen. Een ieder heeft aanspraak op alle rechten en vrijheden, in deze Verklaring
            opgesomd, zonder enig onderscheid van welke aard ook, zoals ras, kleur, geslacht, taal,
            godsdienst, politieke of andere overtuiging, nationale of maatschappelijke afkomst,
            eigendom, geboorte of andere status. Een ieder heeft het recht op leven, vrijheid en
            onschendbaarheid van zijn persoon. Een ieder heeft recht op vrijheid van gedachte, geweten
            en godsdienst; dit recht omvat tevens de vrijheid om van godsdienst of overtuiging te
            veranderen, alsmede de vrijheid hetzij alleen, hetzij met anderen, zowel in het openbaar als
            in zijn particuliere leven zijn godsdienst of overtuiging te belijden door het onderwijzen
            en de praktische toepassing.
            """),
    ];

    private static readonly IReadOnlySet<string> AnyStopWord =
        All.SelectMany(profile => profile.StopWords).ToHashSet(StringComparer.Ordinal);

    /// <summary>The stop words of a language, or of all languages together when it is not among them.</summary>
    public static IReadOnlySet<string> StopWordsOf(string language) =>
        All.FirstOrDefault(profile => profile.Code == language)?.StopWords ?? AnyStopWord;
}
