/**
 * Words that every text of a language may hold, whatever it is about: articles, pronouns, what questions are asked with.
 * How many documents hold a word does not tell them where texts are short: `how` is rare among abstracts. Pure.
 */
import { toWords } from './words.js';

/** By language, with or without accents. */
const FUNCTION_WORDS: Readonly<Record<string, string>> = {
  en: `a about above after again all also am among an and any anyone are as at be because been before being below
    between both but by can cannot could did do does doing don done down during each either else ever every few for from
    further get got had has have having he her here hers him his how however i if in into is it its itself just let like
    m many may me might mine more most much must my neither no nor not of off often on only or other others our ours out
    over own per please re s same shall she should since so some someone something such t than that the their theirs
    them then there these they this those though through thus to too under until up upon us ve very via was we were what
    whatever when where whether which while who whom whose why will with within without would yes yet you your yours`,
  de: `aber alle als also am an andere auch auf aus bei bin bis bist da damit dann das dass dein dem den denn der des
    dich die dies diese diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines er es etwas
    euch fur gegen gibt hab habe haben hat hatte hier ich ihm ihn ihr ihre im in ist ja jede jeder jedes kann kein keine
    konnen man mein mich mir mit muss nach nicht noch nun nur ob oder ohne sehr sein seine sich sie sind so soll sollte
    sonst sowie uber um und uns unter vom von vor wann war waren warum was wegen weil welche welcher welches wenn wer
    werden wie wieder wir wird wo wurde zu zum zur zwischen`,
  fr: `a afin ai alors apres au aucun aussi autre autres aux avant avec avoir c ce cela ces cet cette ceux chaque chez ci
    comme comment d dans de depuis des deux doit donc dont du elle elles en encore entre est et etait etc ete etre eu eux
    fait faire faut il ils j je l la le les leur leurs lors lui m ma mais me meme mes moi moins mon n ne ni nos notre nous
    on ont ou par pas peu peut plus pour pourquoi puis qu quand que quel quelle quelles quels qui quoi s sa sans se ses si
    son sont sous sur t ta te tes toi ton tous tout toute toutes tres tu un une va vers vos votre vous y`,
  es: `a al algo algun alguna ante antes aqui asi aun aunque bajo bien cada como con contra cual cuales cuando cuanto de
    del desde donde dos durante e el ella ellas ellos en entre era es esa ese eso esta estan estas este esto estos fue ha
    hace hacer han hasta hay la las le les lo los mas me mi mis mucho muy ni no nos o os otra otro otros para pero poco
    por porque puede puedo que quien se segun ser si sin sobre son soy su sus tal tambien tan tanto te tiene todo todos tu
    tus un una uno unos y ya yo`,
  it: `a ad ai al alla alle allo anche ancora c che chi ci come con contro cosa cui da dagli dai dal dalla dalle degli dei
    del della delle dello di dopo dove due e ed era essere fra gli ha hanno ho i il in io la le lei li lo loro lui ma me
    mi mia mio molto ne negli nei nel nella nelle no noi non o ogni per perche piu poi prima puo qual quale quali quando
    quella quello questa queste questi questo qui se sei senza si sia sono sopra sotto su sua sue sui sul sulla suo suoi
    tra tu tutti tutto un una uno vi voi`,
  pt: `a ainda alem algum ao aos apenas aqui as ate cada com como contra da das de dela dele depois desde do dos e ela
    elas ele eles em entre era essa esse esta estao este eu foi ha isso isto ja la lhe mais mas me mesmo meu minha muito na
    nao nas nem no nos nossa nosso num numa o onde os ou para pela pelas pelo pelos per pode por porque posso pouco qual
    quais quando quanto que quem se sem ser seu seus si so sobre sua suas tal tambem tao tem ter toda todo todos tu um uma
    umas uns voce`,
  nl: `aan al alle als altijd ander bij daar dan dat de der deze die dit doch doen door dus een en er ge geen haar had heb
    hebben heeft het hier hij hoe hun ik in is ja je kan kunnen maar me meer men met mij mijn moet moeten na naar niet nog
    nu of om omdat ons ook op over te tegen tot u uit uw van veel voor waar waarom wanneer want waren was wat we wel welke
    werd wie wij wil worden wordt zal ze zelf zich zij zijn zo zonder zou`,
  sv: `alla allt att av bara bli blir da de den denna deras dess dessa det detta dig din dina ditt du dar efter ej eller
    en er ett fran for ha hade han hans har hon hur har i icke in inte jag kan kunde man med mellan men mig min mina mitt
    mot mycket nar nagon nagot nu och om oss pa sa samma sedan sig sin sina sitt ska som sa till under upp ut utan vad var
    vara vart varfor vem vi vid vilka vilken vilket vill`,
  da: `af alle alt anden at blev blive da de dem den denne der deres det dette dig din du efter eller en end er et for fra
    ham han hans har have hende her hos hun hvad hvem hvilke hvilken hvis hvor hvordan hvorfor i ikke ind jeg jer jo kan
    kunne man mange med meget men mig min mod mellem nar ned noget nogle nu og ogsa om op os over pa sa samme sig sin
    skal skulle som til ud under var ved vi vil vor`,
  no: `alle at av bare ble bli blir da de deg den denne der deres det dette din du eller en enn er et etter for fra ha
    hadde han hans har hun hva hvem hver hvilke hvilken hvis hvor hvordan hvorfor i ikke inn jeg kan kunne man mange med
    meg mellom men mer min mot na nar noe noen og ogsa om opp oss over pa sa samme seg sin skal skulle som til um under
    ut var vart ved vi vil`,
  fi: `ei eivat en ennen emme et ette etta han hanen he heidan ilman itse ja jo joka jos joista jonka jossa kanssa kaikki
    kuin kuinka kun kuten kuka mika mikä missa miten mihin milloin miksi minka mina minun mutta muut mukaan myos ne niiden
    niin nama nyt ole olen oli olla ollut on ovat se sekä seka sen siina sina sita taman tai tama tassa tuo vain vai vaan
    voi voiko yli`,
  pl: `a aby ale albo ani bardzo bez bo by byc byl byla bylo byly co czy czyli dla do gdy gdzie go i ich ile im inne ja
    jak jaka jakie jaki jako je jego jej jest jesli juz kazdy kiedy kto ktora ktore ktory lub ma maja mi mnie moga moze
    mozna na nad nam nas nich nie nim niz o od on ona one oni oraz po pod przed przez przy sa sie sobie ta tak take tam te
    tego tej ten to tu ty tych tylko tym u w we wiec z za ze zeby`,
  cs: `a aby ale ani ano az bez by byl byla bylo byt ci co coz do ho i ja jak jake jaka jako je jeho jej jeji jen jenz
    jeste jestli jich jsem jsme jsou k kam kde kdo kdy kdyz ke ktera ktere kteri ktery ma me mezi mi mit muze na nad nam
    nas ne nebo nez ni nich o od on ona oni po pod podle pokud pro proc proto pres pri s se si sve ta tak take tedy ten
    tim to toho tom tu ty u v vam vas ve vice vsak z za ze`,
  hu: `a abban ahol aki ami az azok azt azzal be ben csak de e egy ehhez ekkor el ez ezek ezt fel ha hanem hogy hogyan
    hol igen is itt ki kell le lehet lesz maga meg mely melyik mert mi miert mikor mint mit most nagyon ne nem nincs olyan
    ok on ott s sem szamara te tehat utan van vagy volt`,
  ro: `a acea aceasta acest aceste acestea acel ai al ale am ar are as asa au ca care catre ce cea cel cele cine cu cum
    cand da daca dar de decat deci despre din dintre doar dupa e ea ei el ele era este eu fara fi fie fost ii il in intre
    isi la le lor lui mai mea mi mult ne nici nu o ori pe pentru peste poate prin sa sau se si sub sunt ta te tu un una
    unde unei unor unui va va voi`,
  tr: `acaba ama ancak artik aslinda az bana bazi belki ben beni bir biri biz bu buna bunu cok cunku da daha de defa degil
    diye dolayi en gibi ha hangi hem hep her hic icin ile ise kac kadar ki kim kimi mi mu na nasil ne neden nerde nerede
    nereye nicin niye o olan olarak olur ona onu onun oysa sana sen siz su tum var ve veya ya yani yok`,
  ru: `а без более бы был была были было быть в вам вас ведь весь во вот все всего всех вы где да даже для до его ее если
    есть еще же за здесь и из или им их к как какая какие какой ко когда кто ли либо между меня мне можно мой мы на над
    надо наш не него нее нет ни них но ну о об однако он она они оно от очень по под при про с сам свой себя со так также
    такой там те тем то того тоже той только том ты у уже чего чем что чтобы эта эти это этого этой этом этот я`,
  uk: `а або але без би був була були було бути в вам вас вже ви від він вона вони все всіх де для до його її є же за з
    зі і із й їх коли кого ким крім ми може можна на над нам не нею ні них но ну о один от при про під по та так також
    там те ти то того той тому у хто це цього цей чи чого чому що щоб як яка яке який які я`,
  el: `αλλα αν αντι απο αυτα αυτες αυτη αυτο αυτοι αυτος για γιατι δε δεν εαν ειμαι ειναι εκεινα εκεινος εμεις ενα ενας
    εγω εδω ετσι η ηταν θα και κατα καθε κι μα με μετα μη μην μια μου μπορει μπορω να ο οι ομως οπου οπως οποια οποιος
    οσο οταν οτι ουτε παρα ποια ποιες ποιο ποιοι ποιος ποτε που πριν προς πως σαν σας σε σου στα στη στην στις στο στον
    στους τα ταυτα τες την της τι τις το τον του τους των χωρις`,
  ar: `أن أنا أنت أو أي إذا إلى إن التي الذي الذين اللذان ان او اي اين بعد بين تلك ثم حتى حيث ذلك على عن عند عندما غير في
    قبل قد كان كانت كل كم كما كيف لا لكن لم لماذا لن له لها ليس ما ماذا متى مع من منذ نحن هذا هذه هل هم هناك هو هي و يا
    يكون`,
  he: `אבל או אולי אחר אחרי איך איפה אין איזה אל אם אני אנחנו את אתה אתם בין בלי גם היא היה הוא הם הן זה זאת זו יש כאשר
    כי כל כמה כן לא למה לפני מאוד מאין מדוע מה מי מתי על עד עוד עם פה רק של שלי שם תחת`,
  hi: `अपना अपनी अपने आप इस इसका इसके इसे उन उनका उनके उस उसका उसके एक एवं और कब कर करना करने का किया किस किसी की कुछ
    के कैसे को कोई कौन क्या क्यों जब जहाँ जा जैसे जो तक तब तो था थी थे दो द्वारा न नहीं ने पर बहुत भी मैं मे में यदि यह
    यहाँ या ये रहा रही रहे वह वहाँ वाला वाले वे सकता सकते सब सभी से हम ही हुआ है हैं हो होता होती होते`,
  vi: `bi boi cac cai can cang chi cho chua chung co con cua cung cuoi da dang day de den deu di do duoc gi hay hoac hon
    khi khong la lai lam len luc ma moi mot muon nao nay neu nen ngay nhieu nhu nhung o phai qua ra rang rat rieng roi sau
    se tai tat the thi theo thu tren trong tu tung va van vao vay vi viec voi vua`,
  id: `ada adalah agar akan aku anda antara apa apakah atas atau bagaimana bagi bahwa banyak belum berapa bisa bukan dalam
    dan dapat dari dengan di dia hal hanya harus ia ingin ini itu jadi jangan jika juga kalau kami kamu kapan karena ke
    kepada kita lagi lain lalu lebih maka mana masih mengapa mereka mungkin oleh pada para saat saja sampai sangat saya
    sebagai sebuah secara sedang seperti serta setelah siapa sudah supaya tapi telah tentang tersebut tidak untuk yang`,
};

/** At least so many of a language tell that it is spoken. */
const MIN_SPOKEN = 2;

/** @returns those of the words that have no meaning of their own, in the language that most of them are of. */
export function functionWordsIn(words: readonly string[]): ReadonlySet<string> {
  let most: string[] = [];
  for (const list of lists().values()) {
    const spoken = words.filter((word) => list.has(word));
    if (spoken.length > most.length) most = spoken;
  }
  return new Set(most.length >= MIN_SPOKEN ? most : []);
}

let known: ReadonlyMap<string, ReadonlySet<string>> | undefined;

/** Short queries never need them. */
function lists(): ReadonlyMap<string, ReadonlySet<string>> {
  known ??= new Map(Object.entries(FUNCTION_WORDS).map(([name, text]) => [name, new Set(toWords(text))]));
  return known;
}
