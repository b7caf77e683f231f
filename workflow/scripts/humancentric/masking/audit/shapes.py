"""All shapes by the words that captions use for them; each is drawn into a pen's frame.

Shapes that are always the same are drawings in the notation of `pens.draw`; those with random parts are functions.
"""

from functools import partial

from humancentric.masking.audit.pens import Shapes, draw
from humancentric.masking.audit.shapes_figures import FIGURES
from humancentric.masking.audit.shapes_nature import NATURE

DRAWINGS = {
    "a house": """
        box #964a3a .3,-.75 .48,-.2; box light+50%#fae2b0 -.7,-.1 .7,1;
        polygon accent+60%#c43e30 -.9,-.05 0,-.8 .9,-.05; box #784a2e -.14,.45 .16,1; box #78bee0 -.5,.15 -.26,.42;
        line white .03 -.38,.15 -.38,.42; box #78bee0 .32,.15 .56,.42; line white .03 .44,.15 .44,.42""",
    "balloons": """
        line dark .018 -.5,-.35 0,1; oval #ee4650+15%accent -.5,-.35 .32,.38; oval white/70% -.6,-.49 .07,.1;
        line dark .018 .5,-.3 0,1; oval #3e96e6+15%accent .5,-.3 .32,.38; oval white/70% .4,-.44 .07,.1;
        line dark .018 .02,-.6 0,1; oval #fac432+15%accent .02,-.6 .32,.38; oval white/70% -.08,-.74 .07,.1;
        line dark .018 .05,-.05 0,1; oval #60be68+15%accent .05,-.05 .32,.38; oval white/70% -.05,-.19 .07,.1""",
    "a banana": """
        polygon #fad636 arc:0,-.3,.9,1,20,160 arc:0,-.75,.8,1,150,30;
        polygon #60461e -.9,-.1 -.98,-.35 -.78,-.3 -.72,-.1; oval #60461e .83,.02 .07;
        line #d6aa1e .03 arc:0,-.55,.8,1,40,140""",
    "a window": """
        box dark -.75,-.95 .75,.95; box light+35%accent -.63,-.83 .63,.83; oval dark .18,-.05 .2,.24;
        polygon dark -.25,.83 -.12,.35 .18,.18 .48,.35 .6,.83; line dark .07 0,-.9 0,.9;
        line dark .07 -.7,-.1 .7,-.1""",
    "a television": """
        line dark .04 -.45,-.98 0,-.6 .5,-.95; box #7c5030+30%dark -.95,-.62 .95,.72;
        box #ebebeb -.82,-.48 -.64,.56; box #dcd23c -.64,-.48 -.46,.56; box #46c8d2 -.46,-.48 -.28,.56;
        box #46be50 -.28,-.48 -.1,.56; box #c846be -.1,-.48 .08,.56; box #cd3c32 .08,-.48 .26,.56;
        box #3246be .26,-.48 .44,.56; oval light .7,-.25 .09; oval light .7,.05 .09;
        polygon dark -.7,.72 -.5,.72 -.75,1; polygon dark .5,.72 .7,.72 .75,1""",
    "a cooking pot": """
        line white/60% .06 -.3,-.25 -.2,-.45 -.36,-.65 -.24,-.9;
        line white/60% .06 0,-.25 .1,-.45 -.06,-.65 .06,-.9; line white/60% .06 .3,-.25 .4,-.45 .24,-.65 .36,-.9;
        box accent+50%dark -.85,.15 .85,.27; polygon accent -.65,0 .65,0 .6,.85 .5,.95 -.5,.95 -.6,.85;
        polygon accent+30%dark arc:0,0,.7,.2,180,360; oval dark 0,-.22 .09""",
    "a glass of wine": """
        polygon white/50% -.42,-.95 .42,-.95 .45,-.4 arc:0,-.4,.45,.5,0,180;
        polygon #8e1630 .45,-.45 arc:0,-.4,.43,.47,0,180 -.45,-.45; line light+25%dark .06 0,.1 0,.85;
        oval light+25%dark 0,.9 .4,.08""",
    "a smile": """
        oval #ffd646 0,0 .95; oval black -.33,-.25 .1,.15; oval #fa966e -.6,.15 .14,.09;
        oval black .33,-.25 .1,.15; oval #fa966e .6,.15 .14,.09; line black .09 arc:0,.05,.5,.5,20,160""",
    "a frown": """
        oval #687a96+35%low 0,0 .95; oval black -.33,-.15 .1,.14; line black .07 -.15,-.45 -.5,-.34;
        oval black .33,-.15 .1,.14; line black .07 .15,-.45 .5,-.34; line black .09 arc:0,.75,.48,.45,210,330;
        polygon #78bef0 .42,.05 .52,.3 .42,.42 .32,.3""",
    "a low sun": "oval light/12% 0,0 1; oval light/18% 0,0 .85; oval accent+45%light 0,0 .68",
    "a running man": """
        oval dark .3,-.72 .15,.17; polygon dark .05,-.52 .36,-.5 .12,.2 -.2,.15;
        line dark .13 .2,-.42 .5,-.1 .78,-.28; line dark .13 .12,-.42 -.3,-.3 -.48,0;
        line dark .17 0,.12 .42,.38 .25,.9 .4,.95; line dark .16 -.08,.12 -.35,.55 -.85,.6""",
    "a face in profile": """
        polygon dark -.05,-.95 .3,-.85 .5,-.55 .5,-.28 .7,.08 .52,.14 .55,.28 .5,.36 .54,.46 .45,.66 .12,.68 .1,1
        -.6,1 -.55,.5 -.75,0 -.7,-.5 -.45,-.85;
        polygon dark+50%accent .32,-.85 .52,-.55 .52,-.28 .62,.08 .53,.14 .545,.28 .52,.36 .54,.46 .495,.66 .32,.68""",
    "a dog": """
        polygon dark+70%#966234 -.1,-.1 .35,.1 .6,.65 .55,1 -.35,1 -.3,.3;
        line dark+70%#966234 .14 .5,.9 .85,.65 .9,.35; oval dark+70%#966234 -.2,-.35 .36,.34;
        oval dark+70%#966234+50%white -.5,-.22 .2,.15; oval #181212 -.66,-.27 .07,.06;
        polygon dark+70%#966234+35%#000000 0,-.6 .26,-.5 .2,0 .02,-.1; oval #181212 -.32,-.45 .05""",
    "a robot": """
        polygon light+60%#808a96+55%dark -.95,1 -.75,.55 .75,.55 .95,1; box light+60%#808a96+70%dark -.2,.3 .2,.6;
        polygon light+60%#808a96 -.5,-.7 .5,-.7 .62,-.4 .5,.4 -.5,.4 -.62,-.4; box dark -.45,-.35 .45,-.05;
        oval accent -.22,-.2 .1; oval white -.22,-.2 .04; oval accent .22,-.2 .1; oval white .22,-.2 .04;
        box dark -.29,.12 -.19,.26; box dark -.13,.12 -.03,.26; box dark .03,.12 .13,.26; box dark .19,.12 .29,.26;
        line light+60%#808a96 .05 0,-.7 0,-.95; oval accent 0,-.96 .07""",
    "a record": """
        oval black 0,0 .98; ring #46464e 0,0 .45 .012; ring #46464e 0,0 .525 .012; ring #46464e 0,0 .6 .012;
        ring #46464e 0,0 .675 .012; ring #46464e 0,0 .75 .012; ring #46464e 0,0 .825 .012;
        ring #46464e 0,0 .9 .012; polygon white/15.7% 0,0 arc:0,0,.95,.95,300,325;
        polygon white/15.7% 0,0 arc:0,0,.95,.95,120,145; oval accent 0,0 .34; oval light 0,0 .05""",
    "musical notes": """
        oval accent -.63,.415 .153,.117; oval accent -.108,.325 .153,.117; line accent .0495 -.495,.415 -.495,-.35;
        line accent .0495 .027,.325 .027,-.44; line accent .135 -.504,-.305 .045,-.395;
        oval accent .37,-.0725 .1105,.0845; oval accent .747,-.1375 .1105,.0845;
        line accent .03575 .4675,-.0725 .4675,-.625; line accent .03575 .8445,-.1375 .8445,-.69;
        line accent .0975 .461,-.5925 .8575,-.6575; oval accent .35,.825 .085,.065; oval accent .64,.775 .085,.065;
        line accent .0275 .425,.825 .425,.4; line accent .0275 .715,.775 .715,.35;
        line accent .075 .42,.425 .725,.375""",
    "a guitar": """
        oval accent+50%#b06028 0,.55 .48,.42; oval accent+50%#b06028 0,.1 .36,.32; oval dark 0,.22 .14;
        box accent+50%#b06028+60%dark -.07,-.85 .07,.15; box dark -.13,-1.05 .13,-.8; box dark -.18,.6 .18,.66;
        line light .008 -.04,-.85 -.04,.62; line light .008 0,-.85 0,.62; line light .008 .04,-.85 .04,.62""",
    "a microphone": """
        line dark+25%white .08 0,.1 0,1.05; polygon dark+15%white -.2,-.2 .2,-.2 .11,.35 -.11,.35;
        oval light+50%#9696a0 0,-.5 .36,.42; line dark .025 -.3,-.75 .3,-.75; line dark .025 -.3,-.625 .3,-.625;
        line dark .025 -.3,-.5 .3,-.5; line dark .025 -.3,-.375 .3,-.375; line dark .025 -.3,-.25 .3,-.25;
        box accent -.36,-.3 .36,-.2""",
    "a helicopter": """
        oval dark -.2,.1 .45,.26; polygon dark .1,-.02 .95,-.1 .95,.02 .1,.2; polygon dark .85,-.05 1,-.35 1,.05;
        line dark .04 -1,-.3 .6,-.3; line dark .07 -.2,-.3 -.2,-.1; line dark .05 -.6,.5 .25,.5;
        polygon accent -.6,.1 -.42,-.07 -.25,-.07 -.25,.1""",
    "a fast car": """
        polygon accent+25%dark -1,.75 -.95,.45 -.5,.35 -.25,.08 .35,.08 .65,.38 1,.5 1,.75;
        polygon dark -.4,.36 -.2,.15 .02,.15 .02,.36; polygon dark .1,.36 .1,.15 .32,.15 .5,.36;
        oval black -.58,.78 .21; oval light -.58,.78 .1; oval black .58,.78 .21; oval light .58,.78 .1""",
    "a gun": """
        polygon dark+12%light -.95,-.42 .75,-.42 .85,-.3 .8,-.05 -.95,-.05;
        polygon dark+12%light .25,-.05 .75,-.05 .95,.85 .5,.9; ring dark+12%light .12,.12 .2 .06;
        line dark+12%light+50%light .03 -.9,-.25 .65,-.25""",
    "handcuffs": """
        ring light+25%dark -.52,-.15 .38 .13; box light+25%dark -.68,.13 -.36,.35;
        ring light+25%dark .52,.2 .38 .13; box light+25%dark .36,.48 .68,.7;
        line light+25%dark .07 -.2,.05 0,-.05 .16,.08""",
    "a crosshair": """
        ring accent 0,0 .92 .05; ring accent 0,0 .55 .03; ring accent 0,0 .2 .03; line accent .025 -1.05,0 1.05,0;
        line accent .025 0,-1.05 0,1.05""",
    "a haunted house": """
        polygon dark -.75,1 -.7,.05 -.85,.05 -.3,-.5 .1,-.05 .12,-.6 .05,-.6 .35,-1 .65,-.6 .6,-.6 .65,1;
        polygon accent -.58,.35 -.58,.2 arc:-.5,.2,.08,.1,180,360 -.42,.35;
        polygon accent -.23,.4 -.23,.25 arc:-.15,.25,.08,.1,180,360 -.07,.4;
        polygon accent .27,-.25 .27,-.4 arc:.35,-.4,.08,.1,180,360 .43,-.25;
        polygon accent .27,.3 .27,.15 arc:.35,.15,.08,.1,180,360 .43,.3; box dark+30%accent -.1,.6 .15,1""",
    "fighter planes": """
        oval dark 0,-.35 .066,.45; polygon dark -.6,-.37 0,-.53 .6,-.37 0,-.278;
        polygon dark -.216,.082 0,-.05 .216,.082; oval dark -.6,.25 .0462,.315;
        polygon dark -1.02,.23 -.6,.124 -.18,.23 -.6,.3004; polygon dark -.7512,.5524 -.6,.46 -.4488,.5524;
        oval dark .6,.3 .0462,.315; polygon dark .18,.28 .6,.174 1.02,.28 .6,.3504;
        polygon dark .4488,.6024 .6,.51 .7512,.6024""",
    "a tank": """
        line dark+40%#3e4428 .1 -.05,0 -1.05,-.2; polygon dark+40%#3e4428 -.35,.2 -.22,-.18 .4,-.18 .5,.2;
        polygon dark+40%#3e4428+10%white -.85,.45 -.65,.18 .75,.18 .9,.45;
        polygon dark -.95,.65 -.8,.42 .8,.42 .95,.65 .75,.95 -.75,.95; oval dark+40%#3e4428+20%white -.66,.7 .14;
        oval dark+40%#3e4428+20%white -.33,.7 .14; oval dark+40%#3e4428+20%white 0,.7 .14;
        oval dark+40%#3e4428+20%white .33,.7 .14; oval dark+40%#3e4428+20%white .66,.7 .14""",
    "a keyhole": """
        oval dark+35%sky 0,0 .98,.98; ring accent 0,0 .9 .05;
        polygon light/25% arc:0,-.22,.3125,.3125,130,410 .3375,.75 -.3375,.75;
        polygon light/100% arc:0,-.22,.25,.25,130,410 .27,.6 -.27,.6""",
    "a magnifying glass": """
        line dark+60%#6e4222 .2 .35,.35 .92,.92; oval light/75% -.15,-.15 .66;
        line dark .035 arc:-.15,-.1,.09,.11,159,412; line dark .035 arc:-.15,-.1,.18,.22,168,404;
        line dark .035 arc:-.15,-.1,.27,.33,177,396; line dark .035 arc:-.15,-.1,.36,.44,186,388;
        line dark .035 arc:-.15,-.1,.45,.55,195,380; ring accent+30%dark -.15,-.15 .66 .1""",
    "a lit door": """
        polygon light/35% -.3,1 .3,1 1,1.6 -.6,1.6; box dark -.42,-.95 .42,1; box light -.32,-.85 .32,1;
        polygon dark+30%accent -.32,-.85 -.1,-.7 -.1,1.1 -.32,1; oval dark .1,0 .09;
        polygon dark .02,.1 .18,.1 .22,1 -.02,1""",
    "a sword": """
        polygon light+40%#aab4c4 -.09,.45 -.09,-.8 0,-1 .09,-.8 .09,.45;
        polygon light+45%dark 0,.45 0,-1 .09,-.8 .09,.45; box accent+50%#c89632 -.38,.42 .38,.53;
        box dark+50%#5a321e -.06,.5 .06,.9; oval accent+50%#c89632 0,.93 .1""",
    "a rocket": """
        polygon #ffaa3c -.16,.5 0,1.1 .16,.5; polygon accent -.25,.15 -.55,.65 -.2,.5 .2,.5 .55,.65 .25,.15;
        polygon light+50%#d2d8e0 -.24,.5 arc:0,-.2,.27,.8,180,360 .24,.5; oval dark 0,-.3 .13;
        oval #78c8f0 0,-.3 .09""",
    "a flying saucer": """
        polygon light/28% -.25,.1 .25,.1 .75,1.3 -.75,1.3; oval light+50%#96dce6 0,-.12 .38,.34;
        oval dark+55%#8c96a5 0,.02 .95,.22; oval accent -.65,.07 .055; oval accent -.33,.07 .055;
        oval accent 0,.07 .055; oval accent .33,.07 .055; oval accent .65,.07 .055""",
    "a sailing ship": """
        polygon dark+50%#502e1a -.85,.5 .9,.42 .6,.95 -.6,.95; line dark .05 -.35,-.6 -.35,.5;
        polygon light+40%#e6d6b4 -.686,-.05 -.056,-.05 .07,.4 -.602,.4;
        polygon light+40%#e6d6b4 -.606,-.5 -.126,-.5 -.03,-.1 -.542,-.1; line dark .05 .25,-.9 .25,.5;
        polygon light+40%#e6d6b4 -.086,-.05 .544,-.05 .67,.4 -.002,.4;
        polygon light+40%#e6d6b4 -.006,-.8 .474,-.8 .57,-.1 .058,-.1; polygon accent .25,-.9 .6,-.82 .25,-.74""",
    "a compass": """
        ring light 0,0 .92 .06; ring light 0,0 .72 .025; polygon light+50%dark star:0,0,4,.65,.14,-45;
        polygon light+30%accent star:0,0,4,.95,.16; polygon accent 0,-.95 .12,-.12 0,0;
        polygon dark 0,.95 -.12,.12 0,0""",
    "a temple": """
        polygon light+30%accent -1,-.3 0,-.8 1,-.3; box light+30%accent+25%dark -.95,-.3 .95,-.14;
        box light+30%accent -.9,-.14 -.7,.85; box light+30%accent+30%dark -.78,-.14 -.7,.85;
        box light+30%accent -.5,-.14 -.3,.85; box light+30%accent+30%dark -.38,-.14 -.3,.85;
        box light+30%accent -.1,-.14 .1,.85; box light+30%accent+30%dark .02,-.14 .1,.85;
        box light+30%accent .3,-.14 .5,.85; box light+30%accent+30%dark .42,-.14 .5,.85;
        box light+30%accent .7,-.14 .9,.85; box light+30%accent+30%dark .82,-.14 .9,.85;
        box light+30%accent+20%dark -1.05,.85 1.05,1""",
    "a crown": """
        polygon accent+75%#e2b23e -.75,.55 -.95,-.45 -.45,.02 0,-.7 .45,.02 .95,-.45 .75,.55;
        box accent+75%#e2b23e+30%dark -.75,.55 .75,.75; oval #be1e34 -.95,-.48 .09; oval #2860aa 0,-.75 .09;
        oval #be1e34 .95,-.48 .09; oval #2860aa -.4,.64 .09; oval #be1e34 0,.64 .09; oval #2860aa .4,.64 .09""",
    "a cross": """
        oval light/20% 0,-.2 .95; oval light/20% 0,-.2 .75; oval light/20% 0,-.2 .55;
        box dark+50%#784c28 -.1,-.95 .1,1; box dark+50%#784c28 -.55,-.5 .55,-.3""",
    "a skull": """
        oval light+15%dark 0,-.2 .72,.7; polygon light+15%dark -.45,.2 .45,.2 .36,.85 -.36,.85;
        oval dark -.3,-.1 .21,.23; oval accent -.3,-.06 .05; oval dark .3,-.1 .21,.23; oval accent .3,-.06 .05;
        polygon dark 0,.12 .1,.34 -.1,.34; line dark .03 -.24,.55 -.24,.85; line dark .03 -.08,.55 -.08,.85;
        line dark .03 .08,.55 .08,.85; line dark .03 .24,.55 .24,.85;
        polygon dark/35.3% 0,-.9 .72,-.2 .6,.2 .4,.85 .9,.9 .95,-.9""",
}
SHAPES = Shapes({name: partial(draw, drawing=text) for name, text in DRAWINGS.items()}) | FIGURES | NATURE
