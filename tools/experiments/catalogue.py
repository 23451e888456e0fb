"""The list of experiments that the book records."""

from tools.experiments import races, recipes
from tools.experiments.record import Experiment

RACE_PARTS = (
    races.digits_for,
    races.network_of,
    races.schedule_of,
    races.compiled,
    races.lap_timer,
    recipes.real_mnist,
)

EXPERIMENTS = [
    Experiment(
        name="article_a_mlp",
        question="What does the first article's recipe give, and when should its training stop?",
        recipe=recipes.train_on_flat_mnist,
        runs=(recipes.ARTICLE_A,),
        helpers=(recipes.multilayer_perceptron, recipes.flat_mnist, recipes.real_mnist),
    ),
    Experiment(
        name="race_mlp",
        question="How much sooner can the first article's network be as good, and through what?",
        recipe=races.race,
        runs=races.MLP_RACE,
        helpers=RACE_PARTS,
    ),
    Experiment(
        name="race_cnn",
        question="How much sooner can the third article's network be as good, and through what?",
        recipe=races.race,
        runs=races.CNN_RACE,
        helpers=RACE_PARTS,
    ),
]
